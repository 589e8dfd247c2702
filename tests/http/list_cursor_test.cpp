// SPDX-License-Identifier: Apache-2.0
#include "http/list_cursor.h"

#include <cppunit/extensions/HelperMacros.h>

#include <limits>
#include <set>
#include <vector>

#include "http/fake_jobs.h"

namespace errand::http {
namespace {

class ListCursorTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ListCursorTest);
    CPPUNIT_TEST(whatIsWrittenIsRead);
    CPPUNIT_TEST(everyPartOfTheFilterCounts);
    CPPUNIT_TEST(anotherSequenceIsAnotherCursor);
    CPPUNIT_TEST(aChangedCharacterIsNoticed);
    CPPUNIT_TEST(whatWasNeverWrittenIsNone);
    CPPUNIT_TEST(itNeedsNoEscapeInAnUrl);
    CPPUNIT_TEST_SUITE_END();

    void whatIsWrittenIsRead() {
        for (const std::int64_t sequence :
             {std::int64_t{1}, std::int64_t{10000000}, std::numeric_limits<std::int64_t>::max()}) {
            CPPUNIT_ASSERT(readCursor(writeCursor(sequence, {}), {}) == sequence);
        }
    }

    void everyPartOfTheFilterCounts() {
        std::vector<jobs::Filter> filters(11);
        filters[1].state = jobs::JobState::queued;
        filters[2].state = jobs::JobState::failed;
        filters[3].service = "mail";
        filters[4].method = "mail";
        filters[5].tag = "mail";
        filters[6].text = "mail";
        filters[7].parent = base::Id{};
        filters[8].createdFrom = FixedClock().now();
        filters[9].createdTo = FixedClock().now();
        filters[10].service = "mai";
        filters[10].method = "l";
        for (const auto& wrote : filters) {
            const std::string cursor = writeCursor(42, wrote);
            for (const auto& reads : filters)
                CPPUNIT_ASSERT_EQUAL(&wrote == &reads, readCursor(cursor, reads).has_value());
        }
    }

    void anotherSequenceIsAnotherCursor() {
        std::set<std::string> cursors;
        for (int i = 1; i <= 1000; ++i) cursors.insert(writeCursor(i, {}));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1000), cursors.size());
    }

    void aChangedCharacterIsNoticed() {
        const std::string cursor = writeCursor(123456, {});
        for (std::size_t i = 0; i < cursor.size(); ++i) {
            std::string changed = cursor;
            changed[i] = changed[i] == '0' ? '1' : '0';
            CPPUNIT_ASSERT_MESSAGE(changed, !readCursor(changed, {}));
        }
    }

    void whatWasNeverWrittenIsNone() {
        const std::string good = writeCursor(0xab, {});
        for (const std::string& bad :
             {std::string(), std::string("41"), std::string("x"), good.substr(2), "0" + good,
              "-" + good, "+" + good, " " + good, good + " ", good + "0", "AB" + good.substr(2),
              std::string("7fffffffffffffff7") + good, writeCursor(0, {}),
              std::string(8000, 'f')}) {
            CPPUNIT_ASSERT_MESSAGE(bad, !readCursor(bad, {}));
        }
    }

    void itNeedsNoEscapeInAnUrl() {
        const std::string cursor = writeCursor(99999999, {});
        CPPUNIT_ASSERT(cursor.find_first_not_of("0123456789abcdef") == std::string::npos);
        CPPUNIT_ASSERT(cursor.size() < 20);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ListCursorTest);

}  // namespace
}  // namespace errand::http
