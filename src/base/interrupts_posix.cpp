// SPDX-License-Identifier: Apache-2.0
#include <signal.h>

#include <atomic>

#include "base/interrupts.h"

namespace errand::base {
namespace {

// A handler is given nothing but the signal's number.
std::atomic<Bell*> rung{nullptr};

void interrupted(int) {
    if (Bell* bell = rung.load()) bell->ring();
}

}  // namespace

struct Interrupts::Before {
    struct sigaction action {};
};

Interrupts::Interrupts() : before_(std::make_unique<Before>()) {
    rung.store(&bell_);
    struct sigaction action {};
    action.sa_handler = interrupted;
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_RESTART;  // who waits for it waits for the bell
    ::sigaction(SIGINT, &action, &before_->action);
}

Interrupts::~Interrupts() {
    ::sigaction(SIGINT, &before_->action, nullptr);
    rung.store(nullptr);
}

bool Interrupts::pressed() const noexcept {
    return awaitReady(descriptor(), Ready::toReceive, std::chrono::milliseconds(0));
}

}  // namespace errand::base
