// SPDX-License-Identifier: Apache-2.0
#include <atomic>

#include "base/interrupts.h"
#include "base/windows.h"

namespace errand::base {
namespace {

std::atomic<Bell*> rung{nullptr};

BOOL WINAPI interrupted(DWORD what) {
    Bell* bell = rung.load();
    if (what != CTRL_C_EVENT || bell == nullptr) return FALSE;
    bell->ring();
    return TRUE;
}

}  // namespace

struct Interrupts::Before {};  // handlers stand in a row: the others stay

Interrupts::Interrupts() {
    rung.store(&bell_);
    ::SetConsoleCtrlHandler(interrupted, TRUE);
}

Interrupts::~Interrupts() {
    ::SetConsoleCtrlHandler(interrupted, FALSE);
    rung.store(nullptr);
}

bool Interrupts::pressed() const noexcept {
    return awaitReady(descriptor(), Ready::toReceive, std::chrono::milliseconds(0));
}

}  // namespace errand::base
