// SPDX-License-Identifier: Apache-2.0
// Interrupts turns ^C into something that can be waited for, instead of the end of the program.
//
// Threads: used by one thread; at most one lives at a time, since a process has one such signal.
// Owns: a bell, and what ^C does until the end.
// Errors: Poco::SystemException where the system gives no bell.
#pragma once

#include <memory>

#include "base/sockets.h"

namespace errand::base {

class Interrupts {
public:
    Interrupts();
    ~Interrupts();
    Interrupts(const Interrupts&) = delete;
    Interrupts& operator=(const Interrupts&) = delete;

    // Has something to receive once ^C has been pressed.
    int descriptor() const noexcept { return bell_.descriptor(); }
    // Whether it has been.
    bool pressed() const noexcept;
    // Forgets what has been pressed.
    void clear() noexcept { bell_.clear(); }

private:
    struct Before;  // what ^C did

    Bell bell_;
    std::unique_ptr<Before> before_;
};

}  // namespace errand::base
