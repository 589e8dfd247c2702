// SPDX-License-Identifier: Apache-2.0
// POCO's libraries are not built for ThreadSanitizer, so it cannot see the reference counts of
// sockets, which are atomic inside: the accepting thread's last look at a socket and the connection
// that then closes it seem unordered.
#if defined(__SANITIZE_THREAD__)
extern "C" const char* __tsan_default_suppressions() {
    return "race:Poco::Net::SocketImpl::close\n"
           "race:Poco::Net::TCPServer::run\n";
}
#endif
