// SPDX-License-Identifier: Apache-2.0
#include "inproc_transport.h"

#include <Poco/Exception.h>

namespace errand::transport_inproc {

InprocTransport::~InprocTransport() {
    InprocTransport::close(base::Clock::system().steady());
    host_.leave();
}

void InprocTransport::open(const rpc::Settings& settings, rpc::JobSink& sink) {
    if (!settings.empty()) {
        throw Poco::InvalidArgumentException("the transport inproc has no setting '" +
                                             settings.begin()->first + "'");
    }
    if (state_ != State::made) throw Poco::IllegalStateException("open() comes once");
    host_.open(sink, nullptr);
    state_ = State::open;
}

void InprocTransport::serve(rpc::Service& service) {
    if (state_ != State::open) {
        throw Poco::IllegalStateException("serve() comes after open() and before close()");
    }
    host_.serve(service);
}

void InprocTransport::call(rpc::Call call, rpc::CallObserver& observer) {
    host_.call(std::move(call), observer);
}

bool InprocTransport::attach(rpc::Call, const rpc::Attachment&, rpc::CallObserver&) {
    return false;
}

// What hangs here keeps its worker: whoever gave it up hears when that comes back.
bool InprocTransport::forget(const rpc::CallId&) noexcept {
    return false;
}

void InprocTransport::cancel(const rpc::CallId& call) noexcept {
    host_.cancel(call);
}

void InprocTransport::close(base::SteadyTime deadline) noexcept {
    if (state_ == State::open) host_.close(deadline);
    state_ = State::closed;
}

}  // namespace errand::transport_inproc
