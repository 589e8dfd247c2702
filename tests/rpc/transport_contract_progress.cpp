// SPDX-License-Identifier: Apache-2.0
#include "transport_contract.h"

namespace errand::tests {

// The latest counts: what comes fast may be left out, but never put in another order.
void TransportContract::progressReachesTheObserver() {
    Recorder& recorder = hear();
    transport().call(makeJob("report"), recorder);
    const std::vector<rpc::Progress> told = recorder.waitProgress("\"caf\xc3\xa9\"");
    CPPUNIT_ASSERT_EQUAL(1.0, told.back().fraction);
    double before = 0;
    for (const rpc::Progress& progress : told) {
        CPPUNIT_ASSERT(progress.fraction >= before);
        before = progress.fraction;
    }
    probe_->release();
    CPPUNIT_ASSERT(recorder.end().reply.result());
    CPPUNIT_ASSERT(recorder.begunBeforeEnd());
}

}  // namespace errand::tests
