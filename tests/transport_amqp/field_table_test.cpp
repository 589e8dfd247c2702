// SPDX-License-Identifier: Apache-2.0
#include "transport_amqp/field_table.h"

#include <cppunit/extensions/HelperMacros.h>

#include <limits>

namespace errand::transport_amqp {

namespace {

using Headers = std::map<std::string, std::string>;

amqp_table_entry_t entry(const char* name, std::uint8_t kind) {
    amqp_table_entry_t made{};
    made.key = amqp_cstring_bytes(name);
    made.value.kind = kind;
    return made;
}

std::string read(const amqp_table_entry_t& one) {
    amqp_table_entry_t copy = one;
    return readHeaders({1, &copy}).begin()->second;
}

}  // namespace

class FieldTableTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(FieldTableTest);
    CPPUNIT_TEST(callIdStackIsAnArrayOfStrings);
    CPPUNIT_TEST(integersAreAsWideAsTheyNeedToBe);
    CPPUNIT_TEST(everyKindOfJsonIsWritten);
    CPPUNIT_TEST(whatHasNoCounterpartIsLeftOut);
    CPPUNIT_TEST(whatWasWrittenIsReadAgain);
    CPPUNIT_TEST(everyWidthOfIntegerIsRead);
    CPPUNIT_TEST(otherKindsAreRead);
    CPPUNIT_TEST(depthHasAnEnd);
    CPPUNIT_TEST_SUITE_END();

public:
    void callIdStackIsAnArrayOfStrings() {
        const FieldTable made(Headers{{"nameko.call_id_stack", R"(["a.b.1","c.d.2"])"}});
        const amqp_field_value_t& value = only(made);
        CPPUNIT_ASSERT_EQUAL('A', static_cast<char>(value.kind));
        CPPUNIT_ASSERT_EQUAL(2, value.value.array.num_entries);
        const amqp_field_value_t& last = value.value.array.entries[1];
        CPPUNIT_ASSERT_EQUAL('S', static_cast<char>(last.kind));
        CPPUNIT_ASSERT_EQUAL(std::string_view("c.d.2"), view(last.value.bytes));
    }

    void integersAreAsWideAsTheyNeedToBe() {
        const auto kindOf = [](const std::string& digits) {
            const FieldTable made(Headers{{"n", digits}});
            return static_cast<char>(only(made).kind);
        };
        CPPUNIT_ASSERT_EQUAL('I', kindOf("0"));
        CPPUNIT_ASSERT_EQUAL('I', kindOf("-2147483648"));
        CPPUNIT_ASSERT_EQUAL('L', kindOf("2147483648"));
        CPPUNIT_ASSERT_EQUAL('L', kindOf("-9223372036854775808"));
        CPPUNIT_ASSERT_EQUAL('S', kindOf("9223372036854775808"));
        const FieldTable made(Headers{{"n", "1180591620717411303424"}});
        CPPUNIT_ASSERT_EQUAL(std::string_view("1180591620717411303424"),
                             view(only(made).value.bytes));
    }

    void everyKindOfJsonIsWritten() {
        const FieldTable made(Headers{{"o", R"({"n":null,"t":true,"f":1.5,"o":{"k":[]}})"}});
        const amqp_table_t& table = only(made).value.table;
        CPPUNIT_ASSERT_EQUAL(4, table.num_entries);
        CPPUNIT_ASSERT_EQUAL('V', static_cast<char>(table.entries[0].value.kind));
        CPPUNIT_ASSERT_EQUAL('t', static_cast<char>(table.entries[1].value.kind));
        CPPUNIT_ASSERT(table.entries[1].value.value.boolean != 0);
        CPPUNIT_ASSERT_EQUAL('d', static_cast<char>(table.entries[2].value.kind));
        CPPUNIT_ASSERT_EQUAL(1.5, table.entries[2].value.value.f64);
        CPPUNIT_ASSERT_EQUAL('F', static_cast<char>(table.entries[3].value.kind));
        CPPUNIT_ASSERT_EQUAL(
            'A', static_cast<char>(table.entries[3].value.value.table.entries[0].value.kind));
    }

    void whatHasNoCounterpartIsLeftOut() {
        const FieldTable made(Headers{{"bad", "no JSON"},
                                      {"good", R"({"k":1,")" + std::string(256, 'n') + R"(":2})"},
                                      {std::string(256, 'n'), "1"}});
        CPPUNIT_ASSERT(readHeaders(made.table()) == (Headers{{"good", R"({"k":1})"}}));
    }

    void whatWasWrittenIsReadAgain() {
        const Headers headers{{"a", R"([1,"x",[true,null],{"k":-2147483649}])"},
                              {"f", "0.1"},
                              {"one", "1.0"},
                              {"large", "1e+300"},
                              {"s", R"("ünï\ncode")"},
                              {"z", "null"}};
        CPPUNIT_ASSERT(readHeaders(FieldTable(headers).table()) == headers);
    }

    void everyWidthOfIntegerIsRead() {
        amqp_table_entry_t one = entry("n", AMQP_FIELD_KIND_I8);
        one.value.value.i8 = -128;
        CPPUNIT_ASSERT_EQUAL(std::string("-128"), read(one));
        one = entry("n", AMQP_FIELD_KIND_U8);
        one.value.value.u8 = 255;
        CPPUNIT_ASSERT_EQUAL(std::string("255"), read(one));
        one = entry("n", AMQP_FIELD_KIND_I16);
        one.value.value.i16 = -32768;
        CPPUNIT_ASSERT_EQUAL(std::string("-32768"), read(one));
        one = entry("n", AMQP_FIELD_KIND_U16);
        one.value.value.u16 = 65535;
        CPPUNIT_ASSERT_EQUAL(std::string("65535"), read(one));
        one = entry("n", AMQP_FIELD_KIND_U32);
        one.value.value.u32 = 4294967295;
        CPPUNIT_ASSERT_EQUAL(std::string("4294967295"), read(one));
        one = entry("n", AMQP_FIELD_KIND_I64);
        one.value.value.i64 = std::numeric_limits<std::int64_t>::min();
        CPPUNIT_ASSERT_EQUAL(std::string("-9223372036854775808"), read(one));
        // py-amqp writes what is wider than 32 bits as 'L', with its sign.
        one = entry("n", 'L');
        one.value.value.u64 = static_cast<std::uint64_t>(-3000000000);
        CPPUNIT_ASSERT_EQUAL(std::string("-3000000000"), read(one));
    }

    void otherKindsAreRead() {
        amqp_table_entry_t one = entry("x", AMQP_FIELD_KIND_TIMESTAMP);
        one.value.value.u64 = 1795400000;
        CPPUNIT_ASSERT_EQUAL(std::string("1795400000"), read(one));
        one = entry("x", AMQP_FIELD_KIND_DECIMAL);
        one.value.value.decimal = {2, 314};
        CPPUNIT_ASSERT_EQUAL(std::string("3.14"), read(one));
        one = entry("x", AMQP_FIELD_KIND_BYTES);
        one.value.value.bytes = bytesOf("a\xff\"b");
        CPPUNIT_ASSERT_EQUAL(std::string("\"a\xef\xbf\xbd\\\"b\""), read(one));
        one = entry("x", AMQP_FIELD_KIND_F64);
        one.value.value.f64 = std::numeric_limits<double>::infinity();
        CPPUNIT_ASSERT_EQUAL(std::string("null"), read(one));
        CPPUNIT_ASSERT_EQUAL(std::string("null"), read(entry("x", AMQP_FIELD_KIND_VOID)));
    }

    void depthHasAnEnd() {
        std::vector<amqp_field_value_t> levels(200);
        for (std::size_t i = 0; i + 1 < levels.size(); ++i) {
            levels[i].kind = AMQP_FIELD_KIND_ARRAY;
            levels[i].value.array = {1, &levels[i + 1]};
        }
        levels.back().kind = AMQP_FIELD_KIND_VOID;
        amqp_table_entry_t one = entry("deep", AMQP_FIELD_KIND_ARRAY);
        one.value = levels.front();
        const std::string text = read(one);
        base::Json::parse(text);  // throws what is too deep
        CPPUNIT_ASSERT(FieldTable(Headers{{"deep", text}}).table().num_entries == 1);
    }

private:
    static const amqp_field_value_t& only(const FieldTable& made) {
        CPPUNIT_ASSERT_EQUAL(1, made.table().num_entries);
        return made.table().entries[0].value;
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(FieldTableTest);

}  // namespace errand::transport_amqp
