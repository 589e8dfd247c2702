// SPDX-License-Identifier: Apache-2.0
// TinyServer answers HTTP requests as the test says, and keeps what it was asked.
#pragma once

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/SecureServerSocket.h>
#include <Poco/StreamCopier.h>

#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "cli/api.h"

namespace errand::cli {

struct Asked {
    std::string line;  // "POST /jobs"
    std::string body;
    std::string type;
};

class TinyServer {
public:
    // One answer a request, in this order; the last one again and again.
    explicit TinyServer(std::deque<HttpAnswer> answers, Poco::Net::Context::Ptr tls = nullptr,
                        int port = 0)
        : answers_(std::move(answers)),
          socket_(tls ? Poco::Net::SecureServerSocket(address(port), 16, tls)
                      : Poco::Net::ServerSocket(address(port), 16)),
          server_(new Factory(*this), socket_, new Poco::Net::HTTPServerParams) {  // POCO owns both
        server_.start();
    }
    ~TinyServer() { server_.stopAll(true); }

    int port() const { return socket_.address().port(); }
    std::string url() const { return "http://127.0.0.1:" + std::to_string(port()); }

    std::vector<Asked> asked() {
        const base::MutexLock lock(mutex_);
        return asked_;
    }

private:
    class Handler : public Poco::Net::HTTPRequestHandler {
    public:
        explicit Handler(TinyServer& server) : server_(server) {}
        void handleRequest(Poco::Net::HTTPServerRequest& request,
                           Poco::Net::HTTPServerResponse& response) override {
            Asked asked{request.getMethod() + ' ' + request.getURI(), {}, request.getContentType()};
            Poco::StreamCopier::copyToString(request.stream(), asked.body);
            const HttpAnswer answer = server_.next(std::move(asked));
            response.setStatus(static_cast<Poco::Net::HTTPResponse::HTTPStatus>(answer.status));
            if (answer.retryAfter) {
                response.set("Retry-After", std::to_string(answer.retryAfter->count()));
            }
            response.sendBuffer(answer.body.data(), answer.body.size());
        }

    private:
        TinyServer& server_;
    };

    class Factory : public Poco::Net::HTTPRequestHandlerFactory {
    public:
        explicit Factory(TinyServer& server) : server_(server) {}
        Poco::Net::HTTPRequestHandler* createRequestHandler(
            const Poco::Net::HTTPServerRequest&) override {
            return new Handler(server_);  // POCO owns it
        }

    private:
        TinyServer& server_;
    };

    static Poco::Net::SocketAddress address(int port) {
        return {"127.0.0.1", static_cast<Poco::UInt16>(port)};
    }

    HttpAnswer next(Asked asked) {
        const base::MutexLock lock(mutex_);
        asked_.push_back(std::move(asked));
        HttpAnswer answer = answers_.front();
        if (answers_.size() > 1) answers_.pop_front();
        return answer;
    }

    base::Mutex mutex_;
    std::deque<HttpAnswer> answers_ GUARDED_BY(mutex_);
    std::vector<Asked> asked_ GUARDED_BY(mutex_);
    Poco::Net::ServerSocket socket_;
    Poco::Net::HTTPServer server_;
};

// A job of compute.compute in that state, with further members of JSON.
inline std::string jobJson(const std::string& state, const std::string& more = {}) {
    return R"({"id":"01a20494-6d20-701d-b03f-6a6c4b9a2ce4","service":"compute",)"
           R"("method":"compute","state":")" +
           state + R"(","attempt":1,"max_attempts":3,"created_at":"2026-11-22T18:46:05.600461Z")" +
           more + '}';
}

}  // namespace errand::cli
