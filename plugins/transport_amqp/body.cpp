// SPDX-License-Identifier: Apache-2.0
#include "body.h"

#include <algorithm>

#include "base/json.h"
#include "remote_error.h"
#include "rpc/error.h"
#include "rpc/python.h"

namespace errand::transport_amqp {

using base::Json;

namespace {

// A token of Python's json beyond JSON, and what is read for it: within spaces, so that "1Infinity"
// does not become a number.
struct Token {
    std::string_view python;
    std::string_view json;
};
constexpr Token tokens[] = {{"NaN", " null "}, {"Infinity", " 1e999 "}, {"-Infinity", " -1e999 "}};

// Where the string that begins at `at` ends: behind its last quote.
std::size_t behindString(std::string_view text, std::size_t at) {
    for (++at; at < text.size() && text[at] != '"'; ++at) {
        if (text[at] == '\\') ++at;
    }
    return std::min(at + 1, text.size());
}

std::string withoutPythonTokens(std::string_view text) {
    std::string plain;
    plain.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at + 1;
        std::string_view written;
        if (text[at] == '"') end = behindString(text, at);
        for (const Token& token : tokens) {
            if (!text.substr(at).starts_with(token.python)) continue;
            end = at + token.python.size();
            written = token.json;
        }
        plain += written.empty() ? text.substr(at, end - at) : written;
        at = end;
    }
    return plain;
}

Json parse(std::string_view text) {
    try {
        return Json::parse(text);
    } catch (const base::JsonError&) {
        bool python = false;
        for (const Token& token : tokens) {
            python = python || text.find(token.python) != std::string_view::npos;
        }
        if (!python) throw;
    }
    return Json::parse(withoutPythonTokens(text));
}

// What Python says of message['args'] where the message is no dict.
[[noreturn]] void refuseNoObject(const Json& body) {
    const std::string type = rpc::pythonTypeName(body);
    if (body.isArray()) {
        throw rpc::Error("TypeError", "list indices must be integers or slices, not str");
    }
    if (body.isString()) {
        throw rpc::Error("TypeError", "string indices must be integers, not 'str'");
    }
    throw rpc::Error("TypeError", "'" + type + "' object is not subscriptable");
}

void writeCasts(std::string& out, const std::vector<rpc::Cast>& casts) {
    if (casts.empty()) return;
    out += R"(,"casts":[)";
    for (const rpc::Cast& cast : casts) {
        if (&cast != &casts.front()) out += ',';
        out += R"({"service":)";
        base::appendJsonString(out, cast.service);
        out += R"(,"method":)";
        base::appendJsonString(out, cast.method);
        out.append(R"(,"args":)").append(cast.arguments.args);
        out.append(R"(,"kwargs":)").append(cast.arguments.kwargs).append("}");
    }
    out += ']';
}

rpc::Cast readCast(const Json& cast) {
    const Json* service = cast.isObject() ? cast.find("service") : nullptr;
    const Json* method = service ? cast.find("method") : nullptr;
    const Json* args = method ? cast.find("args") : nullptr;
    const Json* kwargs = args ? cast.find("kwargs") : nullptr;
    if (!kwargs || !service->isString() || !method->isString() || !args->isArray() ||
        !kwargs->isObject()) {
        throw rpc::Error("MalformedReply", "a cast in the reply makes no sense");
    }
    return {service->asString(), method->asString(), {args->toString(), kwargs->toString()}};
}

rpc::Reply read(std::string_view body) {
    const Json json = parse(body);
    if (!json.isObject()) throw rpc::Error("MalformedReply", "the reply is no JSON object");
    rpc::Reply reply;
    const Json* error = json.find("error");
    if (error && isError(*error)) {
        BadEnding ending = readError(*error);
        std::visit([&](auto& either) { reply.answer = std::move(either); }, ending);
    } else {
        const Json* result = json.find("result");
        reply.answer = rpc::ResultReply{result ? result->toString() : "null"};
    }
    const Json* casts = json.find("casts");
    if (!casts) return reply;
    if (!casts->isArray()) throw rpc::Error("MalformedReply", "the reply's casts are no array");
    for (const Json& cast : casts->asArray()) reply.casts.push_back(readCast(cast));
    return reply;
}

}  // namespace

std::string writeRequest(const rpc::Arguments& arguments) {
    std::string out;
    out.reserve(arguments.args.size() + arguments.kwargs.size() + 24);
    out.append(R"({"args": )").append(arguments.args);
    out.append(R"(, "kwargs": )").append(arguments.kwargs).append("}");
    return out;
}

rpc::Arguments readRequest(std::string_view body) {
    Json json;
    try {
        json = parse(body);
    } catch (const base::JsonError& error) {
        throw rpc::Error("MalformedRequest", std::string("the body is no JSON: ") + error.what());
    }
    if (!json.isObject()) refuseNoObject(json);
    const Json* args = json.find("args");
    const Json* kwargs = json.find("kwargs");
    if (!args || !kwargs) {
        throw rpc::Error("MalformedRequest", "Message missing `args` or `kwargs`");
    }
    return {args->toString(), kwargs->toString()};
}

std::string writeReply(const rpc::Reply& reply) {
    std::string out;
    if (const auto* result = reply.result()) {
        out.reserve(result->json.size() + 32);
        out.append(R"({"result": )").append(result->json).append(R"(, "error": null)");
    } else {
        out = R"({"result": null, "error": )";
        if (const auto* error = reply.error()) writeError(out, *error);
        if (const auto* again = reply.tryAgain()) writeError(out, *again);
    }
    writeCasts(out, reply.casts);
    out += '}';
    return out;
}

rpc::Reply readReply(std::string_view body) {
    try {
        return read(body);
    } catch (const base::JsonError& error) {
        return {rpc::ErrorReply{"MalformedReply", error.what()}, {}};
    } catch (const rpc::Error& error) {
        return {rpc::ErrorReply{error.type(), error.what()}, {}};
    }
}

}  // namespace errand::transport_amqp
