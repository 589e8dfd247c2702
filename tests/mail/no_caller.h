// SPDX-License-Identifier: Apache-2.0
// NoCaller is the Caller of methods that call nobody.
//
// Threads: any.
// Owns: nothing.
// Errors: a call is an error of the test.
#pragma once

#include <stdexcept>

#include "rpc/context.h"

namespace errand::mail {

class NoCaller : public rpc::Caller {
public:
    rpc::Reply callAndWait(rpc::Call) override { throw std::logic_error("mail calls nobody"); }
};

}  // namespace errand::mail
