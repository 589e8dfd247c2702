// SPDX-License-Identifier: Apache-2.0
#include "compute/operations.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>

#include "rpc/error.h"

namespace errand::compute {
namespace {

class OperationsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(OperationsTest);
    CPPUNIT_TEST(theFourAreThereInOrder);
    CPPUNIT_TEST(unknownNamesAreNotFound);
    CPPUNIT_TEST(smallNumbersComeOutAsInPython);
    CPPUNIT_TEST(divisionRoundsTowardMinusInfinity);
    CPPUNIT_TEST(divisionByZeroIsPythonsError);
    CPPUNIT_TEST(numbersBeyondMachineWordsAreExact);
    CPPUNIT_TEST(hugeNumbersMultiplyAndDivideBack);
    CPPUNIT_TEST_SUITE_END();

    static std::string apply(const char* name, const std::string& value, const std::string& other) {
        const Operation* operation = findOperation(name);
        CPPUNIT_ASSERT_MESSAGE(name, operation != nullptr);
        return base::toString(operation->apply(base::Integer(value), base::Integer(other)));
    }

    void theFourAreThereInOrder() {
        std::string names;
        for (const Operation& operation : operations()) {
            names += operation.name;
            names += ' ';
        }
        CPPUNIT_ASSERT_EQUAL(std::string("sum sub mul div "), names);
    }

    void unknownNamesAreNotFound() {
        for (const char* name : {"pow", "", "Sum", "sum ", "su"}) {
            CPPUNIT_ASSERT_MESSAGE(name, findOperation(name) == nullptr);
        }
    }

    void smallNumbersComeOutAsInPython() {
        CPPUNIT_ASSERT_EQUAL(std::string("40"), apply("sum", "30", "10"));
        CPPUNIT_ASSERT_EQUAL(std::string("20"), apply("sub", "30", "10"));
        CPPUNIT_ASSERT_EQUAL(std::string("300"), apply("mul", "30", "10"));
        CPPUNIT_ASSERT_EQUAL(std::string("3"), apply("div", "30", "10"));
        CPPUNIT_ASSERT_EQUAL(std::string("-20"), apply("sub", "10", "30"));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), apply("mul", "-5", "0"));
    }

    void divisionRoundsTowardMinusInfinity() {
        CPPUNIT_ASSERT_EQUAL(std::string("-4"), apply("div", "-7", "2"));
        CPPUNIT_ASSERT_EQUAL(std::string("-4"), apply("div", "7", "-2"));
        CPPUNIT_ASSERT_EQUAL(std::string("3"), apply("div", "-7", "-2"));
        CPPUNIT_ASSERT_EQUAL(std::string("3"), apply("div", "7", "2"));
        CPPUNIT_ASSERT_EQUAL(std::string("-1"), apply("div", "-1", "1000"));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), apply("div", "0", "-3"));
    }

    void divisionByZeroIsPythonsError() {
        for (const char* value : {"1", "0", "-1"}) {
            try {
                apply("div", value, "0");
                CPPUNIT_FAIL("no error");
            } catch (const rpc::Error& error) {
                CPPUNIT_ASSERT_EQUAL(std::string("ZeroDivisionError"), error.type());
                CPPUNIT_ASSERT_EQUAL(std::string("division by zero"), std::string(error.what()));
            }
        }
    }

    void numbersBeyondMachineWordsAreExact() {
        CPPUNIT_ASSERT_EQUAL(std::string("18446744073709551616"),
                             apply("sum", "18446744073709551615", "1"));
        CPPUNIT_ASSERT_EQUAL(std::string("-9223372036854775809"),
                             apply("sub", "-9223372036854775808", "1"));
        CPPUNIT_ASSERT_EQUAL(std::string("1" + std::string(300, '0')),
                             apply("sum", std::string(300, '9'), "1"));
    }

    void hugeNumbersMultiplyAndDivideBack() {
        const std::string value(100000, '7');
        const std::string other(100000, '3');
        const std::string product = apply("mul", value, other);
        CPPUNIT_ASSERT_EQUAL(std::size_t{200000}, product.size());
        CPPUNIT_ASSERT(apply("div", product, other) == value);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(OperationsTest);

}  // namespace
}  // namespace errand::compute
