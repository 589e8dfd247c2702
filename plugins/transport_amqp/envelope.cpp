// SPDX-License-Identifier: Apache-2.0
#include "envelope.h"

#include <algorithm>
#include <charconv>

#include "base/json.h"
#include "body.h"
#include "field_table.h"
#include "names.h"
#include "rpc/error.h"

namespace errand::transport_amqp {

using base::Json;

namespace {

// As good as none; sums of times a good deal longer overflow.
constexpr std::chrono::milliseconds longestTimeout = std::chrono::years(100);

void writeStack(Message& message, const std::vector<rpc::CallId>& stack) {
    std::string json = "[";
    for (const rpc::CallId& id : stack) {
        if (json.size() > 1) json += ',';
        base::appendJsonString(json, id);
    }
    message.headers[callIdStackHeader] = json + ']';
}

void writeJob(Message& message, const rpc::Call& call, bool again) {
    setText(message, jobHeader, call.job->job.toString());
    message.headers[claimHeader] = std::to_string(call.job->claim);
    message.headers[attemptHeader] = std::to_string(call.job->attempt);
    message.headers[timeoutHeader] = std::to_string(call.timeout.count());
    if (call.job->alone) message.headers[aloneHeader] = "true";
    if (again) message.headers[againHeader] = "true";
}

std::optional<Json> header(const Message& message, const char* name) {
    const auto place = message.headers.find(name);
    if (place == message.headers.end()) return std::nullopt;
    try {
        return Json::parse(place->second);
    } catch (const base::JsonError&) {
        return std::nullopt;  // a float that is none, from a foreign client
    }
}

void readStack(const Message& message, rpc::Call& call) {
    const auto stack = header(message, callIdStackHeader);
    if (!stack || !stack->isArray()) return;
    for (const Json& id : stack->asArray()) {
        if (id.isString()) call.callIdStack.push_back(id.asString());
    }
}

// Only what has the prefix is context: x-death and its like stay with the message they were of.
void readContext(const Message& message, rpc::Call& call) {
    constexpr std::string_view prefix = contextPrefix;
    for (const auto& [name, value] : message.headers) {
        if (!name.starts_with(prefix) || name == callIdStackHeader) continue;
        call.context[name.substr(prefix.size())] = value;
    }
}

void readJob(const Message& message, rpc::Call& call) {
    const auto id = base::Id::parse(textHeader(message, jobHeader));
    if (!id) return;
    call.job.emplace();
    call.job->job = *id;
    call.job->claim = numberHeader(message, claimHeader);
    call.job->attempt = static_cast<int>(numberHeader(message, attemptHeader));
    call.job->alone = flagHeader(message, aloneHeader);
    const std::int64_t timeout = numberHeader(message, timeoutHeader);
    call.timeout = std::clamp(std::chrono::milliseconds(timeout), 0ms, longestTimeout);
}

// "application/json", in any case, with or without parameters; nothing is taken for it too.
bool isJson(const std::optional<std::string>& contentType) {
    if (!contentType) return true;
    std::string type = contentType->substr(0, contentType->find(';'));
    while (!type.empty() && type.back() == ' ') type.pop_back();
    for (char& c : type) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return type.empty() || type == jsonType;
}

}  // namespace

Message wrapCall(const rpc::Call& call, const std::string& exchange, const std::string& replyTo,
                 bool again) {
    Message message;
    message.exchange = exchange;
    message.routingKey = routingKey(call.service, call.method);
    message.contentType = jsonType;
    message.contentEncoding = utf8Encoding;
    message.correlationId = call.id;
    if (!replyTo.empty()) message.replyTo = replyTo;
    if (call.job && call.window.count() > 0) message.expiration = call.window;
    writeStack(message, call.callIdStack);
    for (const auto& [key, value] : call.context) {
        // As Nameko does: what is None is not there.
        if (value != "null") message.headers[contextPrefix + key] = value;
    }
    if (!call.trace.empty()) setText(message, traceHeader, call.trace);
    if (call.job) writeJob(message, call, again);
    message.body = writeRequest(call.arguments);
    return message;
}

rpc::Call readEnvelope(const Message& message, const std::string& service) {
    rpc::Call call;
    call.id = message.correlationId ? *message.correlationId
                                    : base::Id::generate(base::Clock::system().now()).toString();
    call.service = service;
    const bool ours = message.routingKey.starts_with(service + '.');
    call.method = readable(std::string_view(message.routingKey)
                               .substr(ours ? service.size() + 1 : 0));  // an error may name it
    readStack(message, call);
    readContext(message, call);
    call.trace = textHeader(message, traceHeader);
    readJob(message, call);
    return call;
}

rpc::Arguments readArguments(const Message& message) {
    if (!isJson(message.contentType)) {
        throw rpc::Error("MalformedRequest", "the content type '" + readable(*message.contentType) +
                                                 "' is not spoken here; send application/json");
    }
    if (message.headers.contains("compression")) {
        throw rpc::Error("MalformedRequest", "compressed bodies are not read here");
    }
    return readRequest(message.body);
}

Message wrapReply(const std::string& exchange, const std::string& replyTo,
                  const std::optional<std::string>& correlationId, std::string body) {
    Message message;
    message.exchange = exchange;
    message.routingKey = replyTo;
    message.contentType = jsonType;
    message.contentEncoding = utf8Encoding;
    message.correlationId = correlationId;
    message.body = std::move(body);
    return message;
}

Message note(const std::string& exchange, const std::string& address, const char* type,
             const std::string& call, std::string body) {
    Message message;
    message.exchange = exchange;
    message.routingKey = address;
    message.type = type;
    message.correlationId = call;
    message.body = std::move(body);
    return message;
}

std::string textHeader(const Message& message, const char* name) {
    const auto value = header(message, name);
    return value && value->isString() ? value->asString() : std::string();
}

std::int64_t numberHeader(const Message& message, const char* name) {
    const auto value = header(message, name);
    std::int64_t number = 0;
    if (!value || !value->isInteger()) return 0;
    const std::string& digits = value->asDigits();
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return read.ec == std::errc() ? number : 0;
}

bool flagHeader(const Message& message, const char* name) {
    const auto value = header(message, name);
    return value && value->isBoolean() && value->asBoolean();
}

void setText(Message& message, const char* name, std::string_view text) {
    std::string json;
    base::appendJsonString(json, text);
    message.headers[name] = std::move(json);
}

}  // namespace errand::transport_amqp
