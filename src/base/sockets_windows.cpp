// SPDX-License-Identifier: Apache-2.0
// Windows has no call that leaves a blocking socket's wait out, and after a timeout of its own a
// socket is good for nothing. So all are made non-blocking here, and are waited for.
#include <algorithm>
#include <array>

#include "base/sockets.h"
#include "base/windows.h"
// After it.
#include <ws2tcpip.h>

namespace errand::base {
namespace {

// At a time.
constexpr std::size_t mostAwaited = 4;

// There is no limit but memory; this many, with those of files, are far from it.
constexpr std::size_t descriptorLimit = 65536;

// TCP_MAXRT, in seconds, which MinGW's headers leave out.
constexpr int maxRetransmission = 5;

SOCKET handleOf(int socket) noexcept {
    return static_cast<SOCKET>(static_cast<unsigned>(socket));
}

int descriptorOf(SOCKET socket) noexcept {
    return static_cast<int>(socket);
}

void unblock(SOCKET socket) noexcept {
    u_long on = 1;
    ::ioctlsocket(socket, FIONBIO, &on);
}

// The socket's own timeout; -1: none.
int timeoutOf(SOCKET socket, int option) noexcept {
    DWORD milliseconds = 0;
    int size = sizeof milliseconds;
    ::getsockopt(socket, SOL_SOCKET, option, reinterpret_cast<char*>(&milliseconds), &size);
    return milliseconds == 0 ? -1 : static_cast<int>(milliseconds);
}

int pollOne(SOCKET socket, SHORT events, int milliseconds) noexcept {
    WSAPOLLFD polled{socket, events, 0};
    return ::WSAPoll(&polled, 1, milliseconds);
}

Transfer failed(int error) noexcept {
    if (error == WSAEWOULDBLOCK || error == WSAETIMEDOUT) return {};
    return {Transfer::Outcome::broken, 0, error};
}

Transfer outcomeOf(int size) noexcept {
    if (size > 0) return {Transfer::Outcome::done, static_cast<std::size_t>(size), 0};
    if (size < 0) return failed(::WSAGetLastError());
    return {Transfer::Outcome::ended, 0, 0};
}

int sizeOf(std::size_t size) noexcept {
    return static_cast<int>(std::min<std::size_t>(size, 1U << 30));
}

sockaddr_in loopback() noexcept {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
    return address;
}

}  // namespace

Transfer receive(int socket, char* into, std::size_t room, Patience patience) noexcept {
    const SOCKET handle = handleOf(socket);
    unblock(handle);
    if (patience == Patience::socket) pollOne(handle, POLLIN, timeoutOf(handle, SO_RCVTIMEO));
    return outcomeOf(::recv(handle, into, sizeOf(room), 0));
}

Transfer peek(int socket, char& byte) noexcept {
    unblock(handleOf(socket));
    return outcomeOf(::recv(handleOf(socket), &byte, 1, MSG_PEEK));
}

Transfer send(int socket, std::string_view bytes, Patience patience) noexcept {
    const SOCKET handle = handleOf(socket);
    unblock(handle);
    if (patience == Patience::socket) pollOne(handle, POLLOUT, timeoutOf(handle, SO_SNDTIMEO));
    return outcomeOf(::send(handle, bytes.data(), sizeOf(bytes.size()), 0));
}

void finishSending(int socket) noexcept {
    ::shutdown(handleOf(socket), SD_SEND);
}

void cutOff(int socket) noexcept {
    ::shutdown(handleOf(socket), SD_BOTH);
}

bool awaitReady(int socket, Ready ready, std::chrono::milliseconds limit) noexcept {
    const SHORT events = ready == Ready::toReceive ? POLLIN : POLLOUT;
    return pollOne(handleOf(socket), events, static_cast<int>(limit.count())) > 0;
}

void awaitAny(std::initializer_list<int> sockets,
              std::optional<std::chrono::milliseconds> limit) noexcept {
    std::array<WSAPOLLFD, mostAwaited> polled{};
    ULONG count = 0;
    for (const int socket : sockets)
        if (socket >= 0 && count < polled.size()) polled[count++] = {handleOf(socket), POLLIN, 0};
    ::WSAPoll(polled.data(), count, limit ? static_cast<int>(limit->count()) : -1);
}

void cork(int, bool) noexcept {}  // there is none

void limitSilence(int socket, std::chrono::seconds limit) noexcept {
    const auto most = static_cast<DWORD>(limit.count());
    ::setsockopt(handleOf(socket), IPPROTO_TCP, maxRetransmission,
                 reinterpret_cast<const char*>(&most), sizeof most);
}

bool reusesPorts() noexcept {
    return false;
}

std::size_t raiseDescriptorLimit() noexcept {
    return descriptorLimit;
}

std::string socketErrorText(int error) {
    return windowsErrorText(static_cast<DWORD>(error));
}

bool readAddress(Family family, const std::string& text, void* bytes) noexcept {
    return ::inet_pton(family == Family::v4 ? AF_INET : AF_INET6, text.c_str(), bytes) == 1;
}

std::string writeAddress(Family family, const void* bytes) {
    char text[INET6_ADDRSTRLEN] = "";
    ::inet_ntop(family == Family::v4 ? AF_INET : AF_INET6, bytes, text, sizeof text);
    return text;
}

// One socket that sends to itself.
Bell::Bell() : descriptor_(-1) {
    WSADATA data{};
    ::WSAStartup(MAKEWORD(2, 2), &data);  // counted; it ends with the process
    const SOCKET socket = ::socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
    sockaddr_in address = loopback();
    int size = sizeof address;
    auto* const pointer = reinterpret_cast<sockaddr*>(&address);
    if (socket == INVALID_SOCKET || ::bind(socket, pointer, size) != 0 ||
        ::getsockname(socket, pointer, &size) != 0 || ::connect(socket, pointer, size) != 0) {
        const int error = ::WSAGetLastError();
        if (socket != INVALID_SOCKET) ::closesocket(socket);
        throw Poco::SystemException("no bell: " + socketErrorText(error));
    }
    unblock(socket);
    descriptor_ = descriptorOf(socket);
}

Bell::~Bell() {
    ::closesocket(handleOf(descriptor_));
}

void Bell::ring() noexcept {
    const char byte = 0;
    ::send(handleOf(descriptor_), &byte, 1, 0);
}

void Bell::clear() noexcept {
    char byte = 0;
    while (::recv(handleOf(descriptor_), &byte, 1, 0) > 0) {
    }
}

}  // namespace errand::base
