// SPDX-License-Identifier: Apache-2.0
// Runs every registered fixture, or those whose name holds the first argument, and closes with the
// line that scripts/test adds up: "N passed, N failed".
#include <cppunit/BriefTestProgressListener.h>
#include <cppunit/CompilerOutputter.h>
#include <cppunit/Test.h>
#include <cppunit/TestResult.h>
#include <cppunit/TestResultCollector.h>
#include <cppunit/extensions/TestFactoryRegistry.h>

#include <iostream>
#include <memory>
#include <string>

namespace {

// Runs the leaves of the tree whose full name holds the pattern.
void runMatching(CppUnit::Test& test, const std::string& pattern, CppUnit::TestResult& result) {
    if (test.getChildTestCount() == 0) {
        if (test.getName().find(pattern) != std::string::npos) test.run(&result);
        return;
    }
    for (int i = 0; i < test.getChildTestCount(); ++i) {
        runMatching(*test.getChildTestAt(i), pattern, result);
    }
}

}  // namespace

int main(int argc, char** argv) {
    CppUnit::TestResult result;
    CppUnit::TestResultCollector collector;
    CppUnit::BriefTestProgressListener progress;
    result.addListener(&collector);
    result.addListener(&progress);

    const std::unique_ptr<CppUnit::Test> root(
        CppUnit::TestFactoryRegistry::getRegistry().makeTest());
    runMatching(*root, argc > 1 ? argv[1] : "", result);

    if (!collector.wasSuccessful()) CppUnit::CompilerOutputter(&collector, std::cerr).write();
    const int failed = collector.testFailuresTotal();
    std::cout << collector.runTests() - failed << " passed, " << failed << " failed" << std::endl;
    return failed == 0 && collector.runTests() > 0 ? 0 : 1;
}
