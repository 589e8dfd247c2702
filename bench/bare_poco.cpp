// SPDX-License-Identifier: Apache-2.0
// The yardstick for everything over HTTP: POCO's own server with 64 threads, which answers every
// request with the same 46 bytes of JSON. Prints its port, then serves until its input closes.
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/ThreadPool.h>

#include <iostream>
#include <limits>
#include <string>
#include <string_view>

namespace {

constexpr int threads = 64;  // one a connection: POCO's server holds a thread for each
constexpr std::string_view body = R"({"id":"0123456789abcdef","state":"succeeded" })";
static_assert(body.size() == 46);

class Handler : public Poco::Net::HTTPRequestHandler {
public:
    void handleRequest(Poco::Net::HTTPServerRequest& request,
                       Poco::Net::HTTPServerResponse& response) override {
        // What is left unread, POCO takes for the next request of the connection.
        if (request.hasContentLength()) {
            request.stream().ignore(std::numeric_limits<std::streamsize>::max());
        }
        response.setContentType("application/json");
        response.sendBuffer(body.data(), body.size());
    }
};

class Factory : public Poco::Net::HTTPRequestHandlerFactory {
public:
    Poco::Net::HTTPRequestHandler* createRequestHandler(
        const Poco::Net::HTTPServerRequest&) override {
        return new Handler;  // POCO owns it
    }
};

}  // namespace

int main() {
    Poco::ThreadPool pool(threads, threads + 1);
    Poco::Net::HTTPServerParams::Ptr parameters(new Poco::Net::HTTPServerParams);  // POCO owns it
    parameters->setMaxThreads(threads);
    parameters->setMaxQueued(threads);
    parameters->setKeepAlive(true);
    parameters->setMaxKeepAliveRequests(0);  // no limit

    const Poco::Net::ServerSocket socket(Poco::Net::SocketAddress("127.0.0.1", 0));
    Poco::Net::HTTPServer server(new Factory, pool, socket, parameters);  // POCO owns it
    server.start();
    std::cout << server.port() << std::endl;
    std::string line;
    while (std::getline(std::cin, line)) {
    }
    server.stopAll(true);
    return 0;
}
