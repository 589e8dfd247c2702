// SPDX-License-Identifier: Apache-2.0
#include "access/token_list.h"

#include <Poco/Exception.h>

#include <algorithm>
#include <functional>
#include <set>

#include "base/private_file.h"

namespace errand::access {
namespace {

// A hundred thousand tokens; what is larger is another file that somebody named by mistake.
constexpr std::size_t mostBytes = 16U << 20;

[[noreturn]] void refuse(const std::string& path, const std::string& reason) {
    throw Poco::FileException(path + ": " + reason);
}

bool isToken(std::string_view line) {
    return line.find_first_not_of(" \t\r") != line.npos && !line.starts_with('#');
}

using Visit = std::function<void(std::string_view line, std::size_t number)>;

void forEachLine(std::string_view contents, const Visit& visit) {
    for (std::size_t number = 1; !contents.empty(); ++number) {
        const std::size_t end = std::min(contents.find('\n'), contents.size());
        visit(contents.substr(0, end), number);
        contents.remove_prefix(std::min(end + 1, contents.size()));
    }
}

bool holds(const std::vector<Token>& tokens, std::string_view name) {
    return std::ranges::any_of(tokens, [&](const Token& t) { return t.identity.name == name; });
}

}  // namespace

std::vector<Token> parseTokens(std::string_view contents, const std::string& path) {
    std::vector<Token> tokens;
    std::set<std::string> names;
    std::set<std::string> ids;
    forEachLine(contents, [&](std::string_view line, std::size_t number) {
        if (!isToken(line)) return;
        const std::string place = "line " + std::to_string(number) + ": ";
        try {
            tokens.push_back(parseTokenLine(line));
        } catch (const Poco::SyntaxException& reason) {
            refuse(path, place + reason.message());
        }
        if (!names.insert(tokens.back().identity.name).second) {
            refuse(path, place + "a token of that name stands above");
        }
        if (!ids.insert(tokens.back().id).second) {
            refuse(path, place + "a token of that id stands above");
        }
    });
    return tokens;
}

TokenList readTokens(const std::string& path) {
    const base::PrivateText contents = base::readPrivateFile(path, mostBytes);
    return {parseTokens(contents.text, path), contents.stamp};
}

bool addToken(const std::string& path, const Token& token) {
    base::HeldFile held(path, base::HeldFile::Missing::created);
    std::string text = held.read(mostBytes);
    if (holds(parseTokens(text, path), token.identity.name)) return false;
    if (!text.empty() && !text.ends_with('\n')) text += '\n';
    text += token.line() + '\n';
    held.replace(text);
    return true;
}

bool removeToken(const std::string& path, std::string_view name) {
    base::HeldFile held(path, base::HeldFile::Missing::refused);
    const std::string before = held.read(mostBytes);
    if (!holds(parseTokens(before, path), name)) return false;
    std::string text;
    forEachLine(before, [&](std::string_view line, std::size_t) {
        if (isToken(line) && parseTokenLine(line).identity.name == name) return;
        text.append(line) += '\n';
    });
    held.replace(text);
    return true;
}

}  // namespace errand::access
