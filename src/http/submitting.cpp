// SPDX-License-Identifier: Apache-2.0
#include "http/submitting.h"

#include <Poco/SHA2Engine.h>

#include "http/client_jobs.h"
#include "http/job_answers.h"
#include "http/job_quotas.h"
#include "http/problem.h"
#include "rpc/traceparent.h"

namespace errand::http {

namespace {

constexpr std::string_view keyField = "Idempotency-Key";
constexpr std::string_view traceField = "traceparent";
constexpr std::size_t longestKey = 255;

// Of all that makes it another request.
std::string fingerprintOf(const Request& request) {
    Poco::SHA2Engine digest(Poco::SHA2Engine::SHA_256);
    digest.update(request.head.path);
    digest.update('\n');
    digest.update(request.body.data(), static_cast<unsigned>(request.body.size()));
    const auto& bytes = digest.digest();
    return {bytes.begin(), bytes.end()};
}

Response badKey(const char* why) {
    return problem(400, std::string("Idempotency-Key ") + why +
                            R"(: it is one quoted string of 1 to 255 characters, such as)"
                            R"( Idempotency-Key: "8e03978e-40d5-43dd-bc93-6894a57f9324")");
}

}  // namespace

std::optional<std::string> readIdempotencyKey(std::string_view value) {
    if (value.size() < 2 || value.front() != '"' || value.back() != '"') return std::nullopt;
    std::string key;
    for (std::size_t i = 1; i + 1 < value.size(); ++i) {
        char c = value[i];
        if (c == '"' || c < 0x20 || c > 0x7e) return std::nullopt;
        if (c == '\\') {
            if (++i + 1 >= value.size()) return std::nullopt;
            c = value[i];
            if (c != '"' && c != '\\') return std::nullopt;
        }
        key += c;
    }
    if (key.empty() || key.size() > longestKey) return std::nullopt;
    return key;
}

std::variant<jobs::Submission, Response> submitAsAsked(const Site& site, const Request& request,
                                                       JobsRequest asked) {
    if (const auto* jobs = std::get_if<0>(&asked))
        if (auto tooMany = site.quotas.take(*jobs, request.caller)) asked = std::move(*tooMany);
    std::optional<jobs::IdempotencyKey> key;
    std::string trace;
    int traces = 0;
    for (const Field& field : request.head.fields) {
        if (sameName(field.name, traceField) && ++traces == 1)
            trace = rpc::traceparentOf(field.value);
        if (!sameName(field.name, keyField)) continue;
        if (key) return badKey("is there twice");
        const auto text = readIdempotencyKey(field.value);
        if (!text) return badKey("is malformed");
        key = {*text, fingerprintOf(request)};
    }
    auto* refusal = std::get_if<Response>(&asked);
    if (refusal && !key) return std::move(*refusal);
    std::vector<jobs::NewJob> jobs;
    if (!refusal) jobs = std::move(std::get<0>(asked));
    if (traces == 1)
        for (jobs::NewJob& job : jobs) job.trace = trace;
    jobs::Submission submission =
        key ? request.jobs.submitOnce(std::move(jobs), *key) : request.jobs.submit(std::move(jobs));
    const bool known = submission.replayed || submission.refusal != jobs::Refusal::none;
    if (refusal && !known) return std::move(*refusal);
    if (submission.refusal != jobs::Refusal::none) return refusalAnswer(submission.refusal);
    return submission;
}

}  // namespace errand::http
