// SPDX-License-Identifier: Apache-2.0
// Interrupts turns ^C into something that can be waited for, instead of the end of the program.
//
// Threads: used by one thread; at most one lives at a time, since a process has one such signal.
// Owns: a pipe, and what ^C does until the end.
// Errors: Poco::SystemException where the system gives no pipe.
#pragma once

#include <signal.h>

namespace errand::cli {

class Interrupts {
public:
    Interrupts();
    ~Interrupts();
    Interrupts(const Interrupts&) = delete;
    Interrupts& operator=(const Interrupts&) = delete;

    // Readable once ^C has been pressed.
    int descriptor() const noexcept { return ends_[0]; }
    // Forgets what has been pressed.
    void clear() noexcept;

private:
    int ends_[2] = {-1, -1};
    struct sigaction before_ {};
};

}  // namespace errand::cli
