// SPDX-License-Identifier: Apache-2.0
#include "cli/api.h"

#include <Poco/Environment.h>
#include <Poco/Exception.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/NumberParser.h>

#include "cli/exit_code.h"
#include "cli/failure.h"
#include "cli/operands.h"
#include "cli/safe_text.h"

namespace errand::cli {

namespace {

namespace net = Poco::Net;
using base::Json;

constexpr const char* usualUrl = "http://127.0.0.1:5000";

// A healthy server answers at once; a busy one holds a submit until its disk has it.
const Poco::Timespan connectLimit(10, 0);
const Poco::Timespan answerLimit(60, 0);

// A job carries its arguments and its result: some megabytes at the most that servers take.
constexpr std::size_t mostBody = std::size_t{256} << 20;

Poco::URI parseUrl(const std::string& url) {
    try {
        Poco::URI uri(url);
        const bool known = uri.getScheme() == "http" || uri.getScheme() == "https";
        if (known && !uri.getHost().empty()) return uri;
    } catch (const Poco::SyntaxException&) {
    }
    throw UsageError('"' + oneLine(url) + "\" is no URL such as " + usualUrl);
}

net::Context::Ptr makeContext(const std::string& ca) {
    net::Context::Params params;
    params.caLocation = ca;
    params.loadDefaultCAs = ca.empty();
    params.verificationMode = net::Context::VERIFY_STRICT;  // of localhost, too
    params.cipherList = "DEFAULT";  // OpenSSL's; Poco's own list has anonymous ciphers in it
    net::Context::Ptr context(
        new net::Context(net::Context::TLS_CLIENT_USE, params));  // POCO owns it
    context->requireMinimumProtocol(net::Context::PROTO_TLSV1_2);
    return context;
}

std::unique_ptr<net::HTTPClientSession> makeSession(const Poco::URI& uri, const std::string& ca) {
    std::unique_ptr<net::HTTPClientSession> session;
    if (uri.getScheme() == "https") {
        session = std::make_unique<net::HTTPSClientSession>(uri.getHost(), uri.getPort(),
                                                            makeContext(ca));
    } else {
        session = std::make_unique<net::HTTPClientSession>(uri.getHost(), uri.getPort());
    }
    session->setKeepAlive(true);
    session->setTimeout(connectLimit, answerLimit, answerLimit);
    return session;
}

std::string readBody(std::istream& in) {
    std::string body;
    char chunk[16384];
    while (in.read(chunk, sizeof(chunk)), in.gcount() > 0) {
        body.append(chunk, static_cast<std::size_t>(in.gcount()));
        if (body.size() > mostBody) throw Poco::DataFormatException("the answer is too long");
    }
    return body;
}

std::optional<std::chrono::seconds> retryAfterOf(const net::HTTPResponse& response) {
    unsigned seconds = 0;
    if (!Poco::NumberParser::tryParseUnsigned(response.get("Retry-After", ""), seconds)) {
        return std::nullopt;
    }
    return std::chrono::seconds(seconds);
}

Failure unavailable(const std::string& text) {
    return {exitUnavailable, "Unavailable", oneLine(text)};
}

std::string stringMember(const Json& object, const char* name) {
    const Json* found = object.isObject() ? object.find(name) : nullptr;
    return found != nullptr && found->isString() ? found->asString() : "";
}

int codeOf(int status) {
    if (status == 401 || status == 403) return exitNoPermission;
    // Busy, or its disk is full: the same request may do later.
    return status == 429 || status == 503 || status == 507 ? exitTryAgain : exitFailed;
}

}  // namespace

std::vector<Option> Api::options() {
    return {{"url", "URL", "errandd's address; default: ERRAND_URL, or http://127.0.0.1:5000"},
            {"ca", "FILE", "certificates (PEM) to trust for https, instead of the system's"}};
}

Api::Api(const Arguments& arguments)
    : Api(optionOrEnvironment(arguments, "url", "ERRAND_URL", usualUrl), arguments.value("ca")) {}

Api::Api(const std::string& url, const std::string& ca) : uri_(parseUrl(url)) {
    try {
        session_ = makeSession(uri_, ca);
    } catch (const Poco::Exception& exception) {
        throw Failure(exitUsage, "BadCertificates", oneLine("--ca: " + exception.displayText()));
    }
}

HttpAnswer Api::exchange(const std::string& method, const std::string& path,
                         const std::string& body) {
    std::string target = uri_.getPath();
    if (target.ends_with('/')) target.pop_back();
    net::HTTPRequest request(method, target + path, net::HTTPMessage::HTTP_1_1);
    request.set("Accept", "application/json, application/problem+json");
    // Not an option: what is on a command line everyone on the machine can see.
    const std::string token = Poco::Environment::get("ERRAND_TOKEN", "");
    if (!token.empty()) request.set("Authorization", "Bearer " + token);
    if (method == "POST") {
        request.setContentLength(static_cast<std::streamsize>(body.size()));
        if (!body.empty()) request.setContentType("application/json");
    }
    session_->sendRequest(request) << body << std::flush;
    net::HTTPResponse response;
    std::istream& in = session_->receiveResponse(response);
    HttpAnswer answer;
    answer.status = response.getStatus();
    answer.retryAfter = retryAfterOf(response);
    answer.body = readBody(in);
    const bool cut = response.hasContentLength() &&
                     answer.body.size() != static_cast<std::size_t>(response.getContentLength());
    if (cut) throw Poco::DataFormatException("the answer ended early");
    return answer;
}

HttpAnswer Api::send(const std::string& method, const std::string& path, const std::string& body) {
    const std::string where =
        uri_.getScheme() + "://" + uri_.getHost() + ':' + std::to_string(uri_.getPort());
    try {
        return exchange(method, path, body);
    } catch (const Poco::TimeoutException&) {
        session_->reset();
        throw unavailable("no answer from " + where + " in time");
    } catch (const Poco::Exception& exception) {
        session_->reset();
        throw unavailable("no answer from " + where + ": " + exception.displayText());
    }
}

Json Api::ask(const std::string& method, const std::string& path, const std::string& body) {
    return jsonOf(send(method, path, body));
}

Json Api::jsonOf(const HttpAnswer& answer) const {
    Json json;
    try {
        json = Json::parse(answer.body);
    } catch (const base::JsonError&) {
        // A proxy's page, or another server altogether; its words would help nobody.
        throw unavailable(uri_.getHost() + ':' + std::to_string(uri_.getPort()) +
                          " answers as no errandd does: status " + std::to_string(answer.status));
    }
    if (answer.status >= 200 && answer.status < 300) return json;
    const std::string title = stringMember(json, "title");
    throw Failure(codeOf(answer.status), title.empty() ? "Problem" : oneLine(title),
                  problemLine(json, answer.status));
}

std::string problemLine(const Json& problem, int status) {
    std::string line = stringMember(problem, "detail");
    const Json* errors = problem.isObject() ? problem.find("errors") : nullptr;
    if (errors != nullptr && errors->isArray() && !errors->asArray().empty()) {
        // The detail repeats the first of them.
        line.clear();
        for (const Json& error : errors->asArray()) {
            if (!line.empty()) line += "; ";
            line += stringMember(error, "field") + ": " + stringMember(error, "message");
        }
    }
    if (line.empty()) line = stringMember(problem, "title");
    if (line.empty()) line = "the server answers " + std::to_string(status);
    return oneLine(line);
}

}  // namespace errand::cli
