// SPDX-License-Identifier: Apache-2.0
#include "http/job_request.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/json.h"
#include "http/job_notify.h"
#include "http/job_options.h"
#include "http/problem.h"

namespace errand::http {
namespace {

using base::Json;
using Errors = std::vector<rpc::FieldError>;

std::variant<Json, Response> readBody(std::string_view body) {
    try {
        return Json::parse(body);
    } catch (const base::JsonError& error) {
        return problem(400, std::string("the body is not JSON: ") + error.what(),
                       R"(,"line":)" + std::to_string(error.line()) + R"(,"column":)" +
                           std::to_string(error.column()));
    }
}

std::variant<Json, Response> readObject(std::string_view body) {
    auto read = readBody(body);
    const Json* json = std::get_if<Json>(&read);
    if (!json || json->isObject()) return read;
    return problem(400, std::string("the body must be a JSON object, not ") + json->kindName(),
                   R"(,"line":1,"column":1)");
}

// "unknown service 'compte'; did you mean 'compute'?"
std::string unknownName(const char* kind, const std::string& name,
                        const std::vector<std::string>& alike) {
    std::string text = std::string("unknown ") + kind + ' ' + inQuotes(name);
    for (const std::string& candidate : alike) {
        text += &candidate == &alike.front() ? "; did you mean '" : " or '";
        text += candidate + '\'';
    }
    return alike.empty() ? text : text + '?';
}

// The member of that name where it is a string; otherwise the words are among the errors.
const std::string* requireString(const Json& body, const char* name, Errors& errors) {
    const Json* member = body.find(name);
    if (!member)
        errors.push_back({name, "is required"});
    else if (!member->isString())
        errors.push_back({name, std::string("must be a string, not ") + member->kindName()});
    else
        return &member->asString();
    return nullptr;
}

// More would keep other submits waiting: they are one commit.
constexpr std::size_t mostJobs = 10000;

// A problem of one job of an array, which it names.
Response atIndex(Response problem, std::size_t index) {
    const std::size_t end = problem.body.rfind('}');
    problem.body.insert(end, ",\"index\":" + std::to_string(index));
    return problem;
}

// The longest name that AMQP has; "service.method" is one there.
constexpr std::size_t longestName = 255;

// What a name cannot be, whoever serves it.
void checkName(const char* field, const std::string& name, Errors& errors) {
    if (name.empty()) errors.push_back({field, "must not be empty"});
    if (name.size() > longestName) errors.push_back({field, "must be at most 255 bytes long"});
    const bool controls = std::any_of(name.begin(), name.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    });
    if (controls) errors.push_back({field, "must not have control characters"});
}

// Of a service that others may serve nothing else is known here.
void checkForeign(const std::string& service, const std::string& method, Errors& errors) {
    const std::size_t before = errors.size();
    checkName("service", service, errors);
    checkName("method", method, errors);
    // A service has its queue bound to "SERVICE.*", and the star is one word.
    if (method.find('.') != std::string::npos) {
        errors.push_back({"method", "must not have a dot: no service could be asked for it"});
    }
    if (errors.size() == before && service.size() + 1 + method.size() > longestName) {
        errors.push_back({"method",
                          "must be shorter: with the service's name and a dot it may have"
                          " 255 bytes"});
    }
}

// Null also for one of a service that only others know.
const rpc::Method* findMethod(const Json& body, const rpc::Catalogue& catalogue, Errors& errors) {
    const std::string* service = requireString(body, "service", errors);
    const std::string* method = requireString(body, "method", errors);
    if (!service) return nullptr;
    if (!catalogue.find(*service)) {
        if (catalogue.reachesEverywhere()) {
            if (method) checkForeign(*service, *method, errors);
            return nullptr;
        }
        errors.push_back(
            {"service", unknownName("service", *service, catalogue.nearServices(*service))});
        return nullptr;
    }
    if (!method) return nullptr;
    const rpc::Method* found = catalogue.find(*service, *method);
    if (!found)
        errors.push_back(
            {"method", unknownName("method", *method, catalogue.nearMethods(*service, *method))});
    return found;
}

void findUnknownMembers(const Json& body, Errors& errors) {
    constexpr std::array known = {"service",      "method",   "args",       "kwargs",
                                  "run_at",       "delay",    "expires_at", "timeout",
                                  "max_attempts", "priority", "tags",       "notify"};
    for (const auto& [name, value] : body.asObject())
        if (std::find(known.begin(), known.end(), name) == known.end())
            errors.push_back({name, "is not a member of a job"});
}

std::variant<Computation, Response> computationOf(const Json& body,
                                                  const rpc::Catalogue& catalogue) {
    const rpc::Method* method = catalogue.find("compute", "compute");
    if (!method) return problem(404, "no service here computes");
    const Errors errors = method->check(Json(Json::Array{}), body);
    if (!errors.empty()) return unprocessable(errors);
    Computation computation;
    computation.job.service = "compute";
    computation.job.method = "compute";
    computation.job.arguments.kwargs = body.toString();
    const Json* email = body.find("email");
    if (email && email->isString()) computation.email = email->asString();
    return computation;
}

JobRequest jobOf(const Json& body, const rpc::Catalogue& catalogue, base::Time now) {
    Errors errors;
    jobs::NewJob job;
    const rpc::Method* method = findMethod(body, catalogue, errors);
    const Json noArgs(Json::Array{});
    const Json noKwargs(Json::Object{});
    const Json* args = body.find("args") ? body.find("args") : &noArgs;
    const Json* kwargs = body.find("kwargs") ? body.find("kwargs") : &noKwargs;
    if (!args->isArray())
        errors.push_back({"args", std::string("must be an array, not ") + args->kindName()});
    if (!kwargs->isObject())
        errors.push_back({"kwargs", std::string("must be an object, not ") + kwargs->kindName()});
    if (method && args->isArray() && kwargs->isObject())
        for (rpc::FieldError& error : method->check(*args, *kwargs))
            errors.push_back(std::move(error));
    readJobOptions(body, now, job, errors);
    readNotify(body, catalogue, job, errors);
    findUnknownMembers(body, errors);
    if (!errors.empty()) return unprocessable(errors);

    job.service = body.find("service")->asString();
    job.method = body.find("method")->asString();
    job.arguments = {args->toString(), kwargs->toString()};
    return job;
}

}  // namespace

std::variant<Computation, Response> readComputation(std::string_view body,
                                                    const rpc::Catalogue& catalogue) {
    auto read = readObject(body);
    if (auto* refusal = std::get_if<Response>(&read)) return std::move(*refusal);
    return computationOf(std::get<Json>(read), catalogue);
}

namespace {

// Either of the two bodies.
JobRequest eitherOf(const Json& body, const rpc::Catalogue& catalogue, base::Time now) {
    if (!body.find("operation") || body.find("service")) return jobOf(body, catalogue, now);
    auto computation = computationOf(body, catalogue);
    if (auto* refusal = std::get_if<Response>(&computation)) return std::move(*refusal);
    return std::get<Computation>(std::move(computation)).job;
}

}  // namespace

JobRequest readJob(std::string_view text, const rpc::Catalogue& catalogue, base::Time now) {
    auto read = readObject(text);
    if (auto* refusal = std::get_if<Response>(&read)) return std::move(*refusal);
    return eitherOf(std::get<Json>(read), catalogue, now);
}

JobsRequest readJobs(std::string_view text, const rpc::Catalogue& catalogue, base::Time now) {
    auto read = readBody(text);
    if (auto* refusal = std::get_if<Response>(&read)) return std::move(*refusal);
    const Json::Array& bodies = std::get<Json>(read).asArray();
    if (bodies.empty() || bodies.size() > mostJobs) {
        return problem(400,
                       "an array of jobs has 1 to 10000, not " + std::to_string(bodies.size()));
    }
    std::vector<jobs::NewJob> jobs;
    for (const Json& body : bodies) {
        const std::size_t index = jobs.size();
        JobRequest one =
            body.isObject()
                ? eitherOf(body, catalogue, now)
                : unprocessable({{"", std::string("must be an object, not ") + body.kindName()}});
        if (auto* refusal = std::get_if<Response>(&one)) return atIndex(std::move(*refusal), index);
        jobs.push_back(std::get<jobs::NewJob>(std::move(one)));
    }
    return jobs;
}

}  // namespace errand::http
