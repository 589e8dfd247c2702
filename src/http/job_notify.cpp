// SPDX-License-Identifier: Apache-2.0
#include "http/job_notify.h"

namespace errand::http {

namespace {

using base::Json;
using Errors = std::vector<rpc::FieldError>;

// The method that will tell it knows what it can be told with.
void checkUrl(const Json& url, const rpc::Catalogue& catalogue, Errors& errors) {
    const rpc::Method* deliver = catalogue.find("webhook", "deliver");
    if (!deliver) return errors.push_back({"notify.webhook", "no service here delivers webhooks"});
    const Json kwargs(
        Json::Object{{"url", url}, {"event", "job.succeeded"}, {"data", Json::Object{}}});
    for (const rpc::FieldError& error : deliver->check(Json(Json::Array{}), kwargs)) {
        errors.push_back({"notify.webhook", error.message});
    }
}

}  // namespace

void readNotify(const Json& body, const rpc::Catalogue& catalogue, jobs::NewJob& job,
                Errors& errors) {
    const Json* notify = body.find("notify");
    if (!notify) return;
    if (!notify->isObject()) {
        return errors.push_back(
            {"notify", std::string("must be an object, not ") + notify->kindName()});
    }
    const std::size_t before = errors.size();
    for (const auto& [name, value] : notify->asObject()) {
        if (name != "webhook") errors.push_back({"notify." + name, "is not a way to be told"});
    }
    const Json* url = notify->find("webhook");
    if (url) {
        checkUrl(*url, catalogue, errors);
    } else {
        errors.push_back({"notify.webhook", "is required"});
    }
    if (errors.size() == before) job.notify = notify->toString();
}

}  // namespace errand::http
