// SPDX-License-Identifier: Apache-2.0
#include "compute/compute_service.h"

#include <algorithm>
#include <array>
#include <exception>
#include <utility>

#include "base/integer.h"
#include "base/json.h"
#include "rpc/error.h"
#include "rpc/signature.h"

namespace errand::compute {
namespace {

const char* const mailOnError = "An error occurred";

rpc::Cast mailCast(const rpc::Mailbox& to, const char* subject, std::string contents) {
    const base::Json kwargs(base::Json::Object{
        {"to", to.address}, {"subject", subject}, {"contents", std::move(contents)}});
    return {"mail", "send", {"[]", kwargs.toString()}};
}

void castMail(rpc::Context& context, const rpc::Mailbox& to, const char* subject,
              std::string contents) {
    rpc::Cast cast = mailCast(to, subject, std::move(contents));
    context.cast(std::move(cast.service), std::move(cast.method), std::move(cast.arguments));
}

// Whom a job's arguments promise a mail, read again because the job ended without its method.
std::optional<rpc::Mailbox> recipient(const rpc::Arguments& arguments) {
    try {
        const base::Json args = base::Json::parse(arguments.args);
        const base::Json kwargs = base::Json::parse(arguments.kwargs);
        if (!args.isArray() || !kwargs.isObject()) return std::nullopt;
        const base::Json* email = rpc::givenArgument(args, kwargs, 3, "email");
        if (email == nullptr || !email->isString()) return std::nullopt;
        return rpc::parseMailbox(email->asString());
    } catch (const base::JsonError&) {
        return std::nullopt;  // what cannot be read promises nobody anything
    }
}

std::vector<rpc::Cast> failureCasts(const rpc::Arguments& arguments, const rpc::ErrorReply& error) {
    const std::optional<rpc::Mailbox> email = recipient(arguments);
    if (!email) return {};
    return {mailCast(*email, mailOnError, error.type + ": " + error.message)};
}

}  // namespace

ComputeService::ComputeService(const Settings& settings)
    : Service("compute", settings.workers, "Arithmetic on integers of any size."),
      maxDigits_(settings.maxDigits),
      mailRefusal_(settings.mailRefusal) {
    rpc::Method& compute =
        method("compute", &ComputeService::compute, {"operation", "value", "other", "email"},
               "Computes sum, sub, mul or div of two integers and mails the result.");
    // Few and fast: nothing a computation needs can be away for long.
    compute.policy.maxAttempts = 3;
    compute.policy.firstDelay = std::chrono::seconds(1);
    compute.policy.longestDelay = std::chrono::seconds(10);
    compute.policy.timeout = std::chrono::seconds(60);
    compute.failureCasts = failureCasts;
    compute.check = [this, types = std::move(compute.check)](const base::Json& args,
                                                             const base::Json& kwargs) {
        return checkEmail(checkSizes(types(args, kwargs), args, kwargs), args, kwargs);
    };
}

base::Json ComputeService::compute(rpc::Context& context, OperationName operation,
                                   rpc::IntegerLike value, rpc::IntegerLike other,
                                   std::optional<rpc::Mailbox> email) {
    try {
        // In the order in which Python finds what is wrong.
        const Operation& chosen = operation.find();
        const base::Integer left = value.value(maxDigits_);
        const base::Integer right = other.value(maxDigits_);
        // Turned into digits once, for the mail and for the reply.
        std::string digits = base::toString(chosen.apply(left, right));
        if (email) {
            castMail(context, *email, "Your operation is complete!", "The result is: " + digits);
        }
        return base::Json::Number{std::move(digits)};
    } catch (const std::exception& error) {
        // Whatever it is: who was promised a mail gets one.
        if (email) castMail(context, *email, mailOnError, error.what());
        throw;
    }
}

std::vector<rpc::FieldError> ComputeService::checkSizes(std::vector<rpc::FieldError> errors,
                                                        const base::Json& args,
                                                        const base::Json& kwargs) const {
    const std::array<std::pair<std::size_t, const char*>, 2> operands{{{1, "value"}, {2, "other"}}};
    for (const auto& [place, name] : operands) {
        const base::Json* given = rpc::givenArgument(args, kwargs, place, name);
        if (given == nullptr || !(given->isNumber() || given->isString())) continue;
        // One complaint a field: a text that is no integer has had its own.
        if (std::ranges::find(errors, name, &rpc::FieldError::field) != errors.end()) continue;
        const std::string& text = given->isNumber() ? given->asDigits() : given->asString();
        if (base::countDigits(text) <= maxDigits_) continue;
        errors.push_back({name, "must have at most " + std::to_string(maxDigits_) + " digits"});
    }
    return errors;
}

// Who asks for a mail that may not go is told so at once.
std::vector<rpc::FieldError> ComputeService::checkEmail(std::vector<rpc::FieldError> errors,
                                                        const base::Json& args,
                                                        const base::Json& kwargs) const {
    const base::Json* email = rpc::givenArgument(args, kwargs, 3, "email");
    if (!mailRefusal_ || !errors.empty() || !email || !email->isString()) return errors;
    const auto mailbox = rpc::parseMailbox(email->asString());
    if (const auto refusal = mailRefusal_(mailbox->address)) errors.push_back({"email", *refusal});
    return errors;
}

}  // namespace errand::compute
