// SPDX-License-Identifier: Apache-2.0
#include "system/faulty_control.h"

#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>

namespace errand::tests {
namespace {

const std::map<std::string, Operation> operations = {
    {"read", Operation::read}, {"write", Operation::write}, {"sync", Operation::sync}};

const std::map<std::string, std::optional<FileKind>> files = {
    {"db", FileKind::db}, {"wal", FileKind::wal}, {"any", std::nullopt}};

const std::map<std::string, Fault> faults = {
    {"full", Fault::full}, {"eio", Fault::eio}, {"kill", Fault::kill}, {"power", Fault::power}};

template <class T>
T named(const std::map<std::string, T>& names, const std::string& name, const std::string& line) {
    const auto found = names.find(name);
    if (found == names.end()) throw std::runtime_error("no fault that is known: " + line);
    return found->second;
}

}  // namespace

Fault FaultyControl::next(Operation operation, FileKind file) {
    if (file == FileKind::other) return Fault::none;
    const base::MutexLock lock(mutex_);
    reread();
    for (Rule& rule : rules_) {
        if (rule.operation != operation || rule.file.value_or(file) != file) continue;
        if (rule.skip == 0) return rule.fault;
        --rule.skip;
    }
    return Fault::none;
}

// Every time: a fault is there, and gone, at once when the test says so.
void FaultyControl::reread() {
    std::ifstream stream(file_);
    std::string text((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
    if (text == text_) return;
    text_ = std::move(text);
    rules_.clear();
    std::istringstream lines(text_);
    for (std::string line; std::getline(lines, line);) rules_.push_back(parse(line));
}

FaultyControl::Rule FaultyControl::parse(const std::string& line) {
    std::istringstream words(line);
    std::string operation;
    std::string file;
    std::string fault;
    long skip = 0;
    words >> operation >> file >> fault >> skip;
    return {named(operations, operation, line), named(files, file, line),
            named(faults, fault, line), skip};
}

}  // namespace errand::tests
