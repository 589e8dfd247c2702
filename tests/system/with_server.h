// SPDX-License-Identifier: Apache-2.0
// WithServer is the base of fixtures that ask one server a test; it ends cleanly after each.
//
// Threads: used by one thread.
// Owns: the server and a client of it.
// Errors: the tear-down fails when the server does not end with exit code 0.
#pragma once

#include <cppunit/extensions/HelperMacros.h>

#include <memory>
#include <string>

#include "system/checks.h"
#include "system/http.h"
#include "system/jobs.h"
#include "system/maildir.h"
#include "system/server.h"

namespace errand::tests {

class WithServer : public CppUnit::TestFixture {
public:
    void tearDown() override {
        http_.reset();
        const std::unique_ptr<Server> server = std::move(server_);
        if (server) server->stop();
    }

protected:
    void start(const Setup& setup = {}) {
        WithServer::tearDown();
        server_ = std::make_unique<Server>(setup);
        http_ = std::make_unique<Http>(server_->port());
    }

    // Waits for a server that the test has told to end, and forgets it: its exit code.
    int ended() {
        http_.reset();
        const std::unique_ptr<Server> server = std::move(server_);
        return server->wait();
    }

    Server& server() { return *server_; }
    Http& http() { return *http_; }
    std::vector<Mail> mails(std::size_t count) {
        return waitForMails(server_->dataDirectory(), count);
    }

private:
    std::unique_ptr<Server> server_;
    std::unique_ptr<Http> http_;
};

}  // namespace errand::tests
