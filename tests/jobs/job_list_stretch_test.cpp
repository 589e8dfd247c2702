// SPDX-License-Identifier: Apache-2.0
// What a page looks through, and what it says of it.
#include <cppunit/extensions/HelperMacros.h>

#include "jobs/list_table.h"

using namespace errand;
using namespace errand::jobs;
using namespace errand::tests;
using namespace std::string_literals;

class JobListStretchTest : public ListTable {
    CPPUNIT_TEST_SUITE(JobListStretchTest);
    CPPUNIT_TEST(timesAreFoundWithoutLookingThroughTheTable);
    CPPUNIT_TEST(rareJobsTakeManyShortPages);
    CPPUNIT_TEST(fullPageSaysSoWhenItsStretchHasEnded);
    CPPUNIT_TEST(longTextsEndAPageEarlier);
    CPPUNIT_TEST(indexedFiltersHaveNoStretch);
    CPPUNIT_TEST_SUITE_END();

public:
    void timesAreFoundWithoutLookingThroughTheTable() {
        fillTable(3 * JobList::stretch);
        table_->database.execute("DELETE FROM jobs WHERE sequence BETWEEN 200 AND 700");
        Filter filter;
        filter.createdFrom = at(198);
        filter.createdTo = at(702);
        Page page = list_->page(filter, 9, std::nullopt);
        CPPUNIT_ASSERT_EQUAL("701 199 198 "s, sequences(page.jobs));
        CPPUNIT_ASSERT(!page.next && !page.scannedTo);
        filter = {};
        filter.createdTo = at(3);
        page = list_->page(filter, 1, std::nullopt);
        CPPUNIT_ASSERT_EQUAL("2 "s, sequences(page.jobs));
        CPPUNIT_ASSERT_EQUAL("1 "s, sequences(list_->page(filter, 1, page.next).jobs));
    }

    void rareJobsTakeManyShortPages() {
        fillTable(2 * JobList::stretch + 10);
        table_->set(5, "args = '[\"rare\"]', method = 'rare', tags = '[\"rare\"]'");
        Filter byText, byMethod, byTag, byTextOfIndexed;
        byText.text = byTextOfIndexed.text = byMethod.method = byTag.tag = "rare";
        byTextOfIndexed.state = JobState::succeeded;
        for (const Filter& filter : {byText, byMethod, byTag, byTextOfIndexed}) {
            Page page = list_->page(filter, 50, std::nullopt);
            CPPUNIT_ASSERT(page.jobs.empty());
            CPPUNIT_ASSERT(page.next == JobList::stretch + 11);
            CPPUNIT_ASSERT(page.scannedTo == at(JobList::stretch + 11));
            page = list_->page(filter, 50, page.next);
            CPPUNIT_ASSERT(page.jobs.empty() && page.next == 11 && page.scannedTo == at(11));
            page = list_->page(filter, 50, page.next);
            CPPUNIT_ASSERT_EQUAL("5 "s, sequences(page.jobs));
            CPPUNIT_ASSERT(!page.next && !page.scannedTo);
        }
    }

    void fullPageSaysSoWhenItsStretchHasEnded() {
        fillTable(JobList::stretch + 100);
        for (const char* sequence : {"1", "20050", "20060"})
            table_->database.execute("UPDATE jobs SET method = 'rare' WHERE sequence = "s +
                                     sequence);
        Filter filter;
        filter.method = "rare";
        Page page = list_->page(filter, 2, std::nullopt);
        CPPUNIT_ASSERT_EQUAL("20060 20050 "s, sequences(page.jobs));
        CPPUNIT_ASSERT(page.next == 101 && page.scannedTo == at(101));
        CPPUNIT_ASSERT_EQUAL("1 "s, sequences(list_->page(filter, 2, page.next).jobs));
        // And a further one within it is where the next page begins.
        page = list_->page(filter, 1, std::nullopt);
        CPPUNIT_ASSERT(page.next == 20051 && !page.scannedTo);
    }

    void longTextsEndAPageEarlier() {
        fillTable(20);
        table_->database.execute("UPDATE jobs SET args = '[\"' || hex(zeroblob(524288)) || '\"]'");
        Filter filter;
        filter.text = "x";
        const Page page = list_->page(filter, 50, std::nullopt);
        CPPUNIT_ASSERT(page.jobs.empty());
        CPPUNIT_ASSERT(page.next == 13 && page.scannedTo == at(13));
    }

    void indexedFiltersHaveNoStretch() {
        fillTable(JobList::stretch + 10);
        table_->set(2, "state = 3, result = NULL, error_type = 'E', error_message = ''");
        table_->set(3, "service = 'beta'");
        table_->set(4, "parent = (SELECT id FROM jobs WHERE sequence = 1)");
        Filter byState, byService, byParent;
        byState.state = JobState::failed;
        byService.service = "beta";
        byParent.parent = idOf(1);
        CPPUNIT_ASSERT_EQUAL("2 "s, sequences(list_->page(byState, 9, std::nullopt).jobs));
        CPPUNIT_ASSERT_EQUAL("3 "s, sequences(list_->page(byService, 9, std::nullopt).jobs));
        CPPUNIT_ASSERT_EQUAL("4 "s, sequences(list_->page(byParent, 9, std::nullopt).jobs));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(JobListStretchTest);
