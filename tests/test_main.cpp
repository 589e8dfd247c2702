// SPDX-License-Identifier: Apache-2.0
// usage: NAME_test [PATTERN | --fixture FIXTURE | --list]
//
// Runs every registered test, or those whose name holds the pattern, or those of one fixture, and
// closes with the line that scripts/test adds up: "N passed, N failed". --list names the fixtures.
#include <cppunit/BriefTestProgressListener.h>
#include <cppunit/CompilerOutputter.h>
#include <cppunit/Test.h>
#include <cppunit/TestResult.h>
#include <cppunit/TestResultCollector.h>
#include <cppunit/extensions/TestFactoryRegistry.h>

#include <functional>
#include <iostream>
#include <memory>
#include <set>
#include <string>

namespace {

using Visit = std::function<void(CppUnit::Test&)>;

void visitLeaves(CppUnit::Test& test, const Visit& visit) {
    if (test.getChildTestCount() == 0) visit(test);
    for (int i = 0; i < test.getChildTestCount(); ++i) visitLeaves(*test.getChildTestAt(i), visit);
}

// A test's name is its fixture's, with the namespaces, and its own.
std::string fixtureOf(const CppUnit::Test& test) {
    return test.getName().substr(0, test.getName().rfind("::"));
}

int list(CppUnit::Test& root) {
    std::set<std::string> fixtures;
    visitLeaves(root, [&](CppUnit::Test& test) { fixtures.insert(fixtureOf(test)); });
    for (const std::string& fixture : fixtures) std::cout << fixture << '\n';
    return fixtures.empty() ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
    const std::unique_ptr<CppUnit::Test> root(
        CppUnit::TestFactoryRegistry::getRegistry().makeTest());
    const std::string first = argc > 1 ? argv[1] : "";
    if (first == "--list") return list(*root);

    CppUnit::TestResult result;
    CppUnit::TestResultCollector collector;
    CppUnit::BriefTestProgressListener progress;
    result.addListener(&collector);
    result.addListener(&progress);
    visitLeaves(*root, [&](CppUnit::Test& test) {
        const bool wanted = first == "--fixture" && argc > 2
                                ? fixtureOf(test) == argv[2]
                                : test.getName().find(first) != std::string::npos;
        if (wanted) test.run(&result);
    });

    if (!collector.wasSuccessful()) CppUnit::CompilerOutputter(&collector, std::cerr).write();
    const int failed = collector.testFailuresTotal();
    std::cout << collector.runTests() - failed << " passed, " << failed << " failed" << std::endl;
    return failed == 0 && collector.runTests() > 0 ? 0 : 1;
}
