// SPDX-License-Identifier: Apache-2.0
// WebhookService answers webhook.deliver(url, event, data, id, timestamp): it posts an event to a
// receiver, signed as Standard Webhooks 1.0 has it.
//
// Threads: handle may be called from any number of threads.
// Owns: what it signs and sends with; borrows the resolver, which outlives it.
// Errors: deliver throws TryAgain with Scope::job for whatever may pass: the receivers are
//         strangers to each other. What this server lacks is TryAgain for all.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rpc/service.h"
#include "rpc/web_url.h"
#include "webhook/event.h"
#include "webhook/post.h"
#include "webhook/resolver.h"
#include "webhook/secrets.h"
#include "webhook/settings.h"

namespace errand::webhook {

class WebhookService : public rpc::Service {
public:
    // REQUIRES settings of which whatIsWrong says nothing.
    explicit WebhookService(const Settings& settings, Resolver& resolver = Resolver::system());

private:
    // What is not told: the id is the delivering job's, the time that of its creation. So each
    // attempt has the same body and id.
    base::Json deliver(rpc::Context& context, rpc::WebUrl url, EventName event, EventData data,
                       std::optional<EventId> id, std::optional<EventTime> timestamp);

    void refuseUrl(const base::Json& args, const base::Json& kwargs,
                   std::vector<rpc::FieldError>& errors) const;

    const Post post_;
    Secrets secrets_;  // guards itself
};

}  // namespace errand::webhook
