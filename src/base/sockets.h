// SPDX-License-Identifier: Apache-2.0
// sockets.h is what a connection's bytes need of the system, where POCO's own calls make an
// exception of the most ordinary thing that a connection does: to be silent for a moment.
//
// A socket is named by its descriptor. On Windows that is a handle, of which 32 bits count.
//
// Threads: functions without state. While one thread waits, another may cut the socket off.
// Owns: nothing.
// Errors: outcomes are values; no signal is raised.
#pragma once

#include <chrono>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace errand::base {

// What became of bytes that were to be received or sent.
struct Transfer {
    enum class Outcome {
        done,     // `size` of them went, at least one
        silence,  // none can go now
        ended,    // the other side sends no more
        broken,   // `error` says how
    };

    Outcome outcome = Outcome::silence;
    std::size_t size = 0;
    int error = 0;  // the system's number: see socketErrorText
};

// Whether to wait for as long as the socket's own timeouts have it, where it is a blocking one.
enum class Patience { none, socket };

// REQUIRES room > 0.
Transfer receive(int socket, char* into, std::size_t room, Patience patience) noexcept;
// The next byte, which stays to be received; without waiting.
Transfer peek(int socket, char& byte) noexcept;
Transfer send(int socket, std::string_view bytes, Patience patience) noexcept;

// Says that no more will be sent.
void finishSending(int socket) noexcept;

// Ends both ways, and soon the wait of whoever waits for them: at once, but on Windows at the end
// of the slice of time that he waits for.
void cutOff(int socket) noexcept;

enum class Ready { toReceive, toSend };

// Waits until bytes can go that way, or never will again; false: the time is over.
bool awaitReady(int socket, Ready ready, std::chrono::milliseconds limit) noexcept;

// Waits until one of them has something to receive, for ever without a limit; a -1 is none.
void awaitAny(std::initializer_list<int> sockets,
              std::optional<std::chrono::milliseconds> limit) noexcept;

// Whether what is sent in several pieces is held back, so that they go together.
void cork(int socket, bool held) noexcept;

// Breaks the connection when what was sent has not arrived for so long.
void limitSilence(int socket, std::chrono::seconds limit) noexcept;

// Whether the port of a server that ended may be bound again at once, as SO_REUSEADDR has it; on
// Windows that would let two servers share it.
bool reusesPorts() noexcept;

// How many files and sockets the process may have open, once it has asked for all it may have.
std::size_t raiseDescriptorLimit() noexcept;

// "Connection refused", "Network is unreachable", ...
std::string socketErrorText(int error);

enum class Family { v4, v6 };

// "192.0.2.7", "2001:db8::1", and the 4 or 16 bytes in the order of the network. False: it is none.
bool readAddress(Family family, const std::string& text, void* bytes) noexcept;
std::string writeAddress(Family family, const void* bytes);

// A descriptor that can be waited for, and made ready by any thread or signal handler.
class Bell {
public:
    // Throws Poco::SystemException where the system has no more to give.
    Bell();
    ~Bell();
    Bell(const Bell&) = delete;
    Bell& operator=(const Bell&) = delete;

    void ring() noexcept;
    // Forgets all rings until now.
    void clear() noexcept;
    // Has something to receive once it was rung.
    int descriptor() const noexcept { return descriptor_; }

private:
    int descriptor_;
};

}  // namespace errand::base
