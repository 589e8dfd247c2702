// SPDX-License-Identifier: Apache-2.0
#include "inproc_transport.h"

#include <Poco/Exception.h>

namespace errand::transport_inproc {

InprocTransport::~InprocTransport() {
    InprocTransport::close(base::Clock::system().steady());
    engine_.leave();
}

void InprocTransport::open(const rpc::Settings& settings, rpc::JobSink& sink) {
    if (!settings.empty()) {
        throw Poco::InvalidArgumentException("the transport inproc has no setting '" +
                                             settings.begin()->first + "'");
    }
    if (state_ != State::made) throw Poco::IllegalStateException("open() comes once");
    engine_.open(sink);
    state_ = State::open;
}

void InprocTransport::serve(rpc::Service& service) {
    if (state_ != State::open) {
        throw Poco::IllegalStateException("serve() comes after open() and before close()");
    }
    engine_.serve(service);
}

void InprocTransport::call(rpc::Call call, rpc::CallObserver& observer) {
    engine_.call(std::move(call), observer);
}

bool InprocTransport::attach(const rpc::CallId&, base::SteadyTime, rpc::CallObserver&) {
    return false;
}

void InprocTransport::cancel(const rpc::CallId& call) noexcept {
    engine_.cancel(call);
}

void InprocTransport::close(base::SteadyTime deadline) noexcept {
    if (state_ == State::open) engine_.close(deadline);
    state_ = State::closed;
}

}  // namespace errand::transport_inproc
