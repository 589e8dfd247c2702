// SPDX-License-Identifier: Apache-2.0
#include "jobs/job_reader.h"

#include <cppunit/extensions/HelperMacros.h>

#include "jobs/job_table.h"

using namespace errand;
using namespace errand::jobs;
using namespace errand::tests;

class JobReaderTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(JobReaderTest);
    CPPUNIT_TEST(findTellsAllOfAJob);
    CPPUNIT_TEST(unknownJobIsNone);
    CPPUNIT_TEST(readerSeesEachCommitAtOnce);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        store_.emplace();
        table_.emplace(store_->path());
        reader_.emplace(store_->path());
    }
    void tearDown() override {
        reader_.reset();
        table_.reset();
        store_.reset();
    }

    void findTellsAllOfAJob() {
        table_->queued();
        const Job job = table_->queued("beta", 5);
        for (int i = 0; i < 2; ++i) {
            const auto found = reader_->find(job.id);
            CPPUNIT_ASSERT(found && found->sequence == job.sequence);
            CPPUNIT_ASSERT(found->arguments == job.arguments);
        }
    }

    void unknownJobIsNone() {
        table_->queued();
        CPPUNIT_ASSERT(!reader_->find(base::Id::generate(at(0))));
    }

    void readerSeesEachCommitAtOnce() {
        for (int i = 1; i <= 3; ++i) {
            table_->queued();
            CPPUNIT_ASSERT_EQUAL(static_cast<std::size_t>(i),
                                 reader_->list({}, 9, std::nullopt).jobs.size());
        }
    }

private:
    std::optional<TemporaryStore> store_;
    std::optional<JobTable> table_;
    std::optional<JobReader> reader_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(JobReaderTest);
