// SPDX-License-Identifier: Apache-2.0
// Any call ("SERVICE.METHOD", args and kwargs, each on a line) into the real services, as whatever
// transport would hand it over: there is always a reply that can be sent, and what the check before
// a job has passed, the method takes.
#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>
#include <string>

#include "base/json.h"
#include "compute/compute_service.h"
#include "fuzz/require.h"
#include "mail/mail_service.h"
#include "rpc/catalogue.h"
#include "rpc/context.h"

namespace errand::fuzz {
namespace {

using base::Json;

class FormattingSender : public mail::Sender {
public:
    void send(const mail::Message& message, const rpc::Context&) override { mail::format(message); }
};

class NoCaller : public rpc::Caller {
public:
    rpc::Reply callAndWait(rpc::Call) override { throw std::logic_error("nobody is called"); }
};

struct Node {
    FormattingSender sender;
    compute::ComputeService compute{{1, 60}};
    mail::MailService mail{{}, sender};
    rpc::Catalogue catalogue{{&compute, &mail}};
};

std::optional<Json> parse(const std::string& text) {
    try {
        return Json::parse(text);
    } catch (const base::JsonError&) {
        return std::nullopt;
    }
}

// Whether the check that HTTP makes before a job has nothing to say against it.
bool passesCheck(const rpc::Method& method, const rpc::Arguments& arguments) {
    const auto args = parse(arguments.args);
    const auto kwargs = parse(arguments.kwargs);
    if (!args || !args->isArray() || !kwargs || !kwargs->isObject()) return false;
    const auto errors = method.check(*args, *kwargs);
    for (const rpc::FieldError& error : errors)
        require(base::isUtf8(error.field) && base::isUtf8(error.message), "errors can be sent");
    return errors.empty();
}

void checkError(const rpc::ErrorReply& error, bool checked) {
    constexpr std::array known = {"MalformedRequest", "MethodNotFound",   "IncorrectSignature",
                                  "TypeError",        "ValueError",       "KeyError",
                                  "OverflowError",    "ZeroDivisionError"};
    require(std::ranges::find(known, error.type) != known.end(), "an error of ours", error.type);
    require(base::isUtf8(error.type) && base::isUtf8(error.message), "an error can be sent");
    require(!checked || error.type == "ZeroDivisionError", "what passed the check is no error",
            error.type + ": " + error.message);
}

void checkCast(const Node& node, const rpc::Cast& cast) {
    const rpc::Method* method = node.catalogue.find(cast.service, cast.method);
    require(method != nullptr, "a cast is of a method that is there", cast.method);
    require(passesCheck(*method, cast.arguments), "and passes its check", cast.arguments.kwargs);
}

rpc::Call readCall(std::string_view text) {
    rpc::Call call;
    call.id = "1";
    std::string_view names = takePart(text, '\n');
    call.service = takePart(names, '.');
    call.method = names;
    call.arguments.args = takePart(text, '\n');
    call.arguments.kwargs = text;
    return call;
}

}  // namespace
}  // namespace errand::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace errand;
    using namespace errand::fuzz;
    static Node node;
    static NoCaller caller;
    const rpc::Call call = readCall(textOf(data, size));
    if (!base::isUtf8(call.method)) return 0;  // no transport hands over such a name
    const rpc::Service* service = node.catalogue.find(call.service);
    if (service == nullptr) return 0;
    const rpc::Method* method = service->find(call.method);
    const bool checked = method != nullptr && passesCheck(*method, call.arguments);

    rpc::Context context(call, caller);
    context.begin({});
    const rpc::Reply reply = service->handle(context);
    require(reply.tryAgain() == nullptr, "nothing here passes with time");
    if (reply.result()) require(parse(reply.result()->json).has_value(), "a result is JSON");
    if (reply.error()) checkError(*reply.error(), checked);
    for (const rpc::Cast& cast : reply.casts) checkCast(node, cast);
    if (method != nullptr && reply.error() && method->failureCasts)
        for (const rpc::Cast& cast : method->failureCasts(call.arguments, *reply.error()))
            checkCast(node, cast);
    return 0;
}
