// SPDX-License-Identifier: Apache-2.0
// Post is one HTTP/1.1 request to a receiver: it looks the host up once, asks only addresses that
// the fence lets through, and follows nothing.
//
// Threads: send may be called from any number of threads.
// Owns: the fence and whom TLS trusts; borrows the resolver, which outlives it.
// Errors: send throws Trouble, rpc::Cancelled, rpc::Error("WebhookRefused") for a receiver inside
//         the fence, and rpc::TryAgain for all when the certificates cannot be read.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "rpc/context.h"
#include "rpc/web_url.h"
#include "webhook/answer.h"
#include "webhook/connection.h"
#include "webhook/fence.h"
#include "webhook/resolver.h"
#include "webhook/settings.h"

namespace errand::webhook {

class Post {
public:
    using Fields = std::vector<std::pair<std::string, std::string>>;

    Post(const Settings& settings, Resolver& resolver);

    // What is wrong with the receiver that can be known without a look-up, as the words after
    // "url"; nullopt: nothing.
    std::optional<std::string> refusal(const rpc::WebUrl& url) const;

    // REQUIRES fields without line breaks.
    Answer send(const rpc::WebUrl& url, const Fields& fields, const std::string& body,
                const rpc::Context& context) const;

private:
    std::vector<Poco::Net::SocketAddress> addressesOf(const rpc::WebUrl& url) const;
    const TlsTrust& trust() const;

    // Set in the constructor, then constant.
    const std::chrono::milliseconds timeout_;
    const bool httpsOnly_;
    const Fence fence_;
    const std::string ca_;
    Resolver& resolver_;

    // Made at the first use: to read the system's certificates takes 40 ms and a megabyte, and many
    // servers never send a webhook.
    mutable base::Mutex mutex_;
    mutable std::optional<TlsTrust> trust_ GUARDED_BY(mutex_);
};

}  // namespace errand::webhook
