// SPDX-License-Identifier: Apache-2.0
// Any content type, header, routing key and body (0xFF between them) as a request, and the body as
// a reply, too: what is read is written and read again to the same, and nothing but rpc::Error says
// that it cannot be read.
#include <optional>
#include <string>

#include "base/json.h"
#include "fuzz/require.h"
#include "rpc/error.h"
#include "transport_amqp/body.h"
#include "transport_amqp/envelope.h"
#include "transport_amqp/names.h"

namespace errand::fuzz {
namespace {

namespace amqp = transport_amqp;

std::optional<rpc::Arguments> argumentsOf(const amqp::Message& message) {
    try {
        return amqp::readArguments(message);
    } catch (const rpc::Error& error) {
        require(base::isUtf8(error.what()), "a refusal is UTF-8", error.what());
        require(error.type() == "MalformedRequest" || error.type() == "TypeError", "by these names",
                error.type());
        return std::nullopt;
    }
}

void checkRequest(const amqp::Message& message) {
    rpc::Call call = amqp::readEnvelope(message, "maths");
    require(base::isUtf8(call.method), "a method is UTF-8");
    require(!call.id.empty(), "a call has an id");
    require(call.timeout.count() >= 0, "no timeout is negative");
    const auto arguments = argumentsOf(message);
    if (!arguments) return;
    call.arguments = *arguments;
    base::Json::parse(arguments->args);  // must not throw
    base::Json::parse(arguments->kwargs);

    const amqp::Message again = amqp::wrapCall(call, "ex", "r", false);
    const rpc::Call read = amqp::readEnvelope(again, "maths");
    require(read.id == call.id && read.method == call.method, "the same call", again.routingKey);
    require(read.callIdStack == call.callIdStack, "by the same callers");
    require(read.job.has_value() == call.job.has_value(), "of the same job");
    require(read.timeout == (call.job ? call.timeout : std::chrono::milliseconds(0)),
            "for as long");
    require(amqp::readArguments(again) == call.arguments, "the same arguments", again.body);
    require(amqp::wrapCall(read, "ex", "r", false).headers == again.headers, "the same headers");
}

void checkReply(std::string_view body) {
    const rpc::Reply reply = amqp::readReply(body);
    const std::string text = amqp::writeReply(reply);
    base::Json::parse(text);  // must not throw
    const rpc::Reply again = amqp::readReply(text);
    require(again.answer.index() == reply.answer.index(), "the same kind of answer", text);
    require(again.casts == reply.casts, "the same casts", text);
    if (reply.error()) require(*again.error() == *reply.error(), "the same error", text);
    if (reply.tryAgain())
        require(again.tryAgain()->after == reply.tryAgain()->after, "after as long", text);
    require(amqp::writeReply(again) == text, "and is written the same", text);
}

}  // namespace
}  // namespace errand::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace errand::fuzz;
    std::string_view rest = textOf(data, size);
    amqp::Message message;
    message.correlationId = "c";
    const std::string_view type = takePart(rest, '\xFF');
    if (!type.empty()) message.contentType = type;
    const std::string name(takePart(rest, '\xFF'));
    const std::string_view value = takePart(rest, '\xFF');
    if (!name.empty()) message.headers[name] = value;
    if (name.starts_with("errand."))  // one header of a job alone says nothing
        message.headers.emplace(amqp::jobHeader, R"("0190163d-8694-739b-aea5-966c26f8ad91")");
    message.routingKey = "maths." + std::string(takePart(rest, '\xFF'));
    message.body = rest;
    checkRequest(message);
    checkReply(rest);
    return 0;
}
