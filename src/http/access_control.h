// SPDX-License-Identifier: Apache-2.0
// AccessControl decides, before a request's body is read, whether it is served at all: by the host
// it names, the page it comes from, who sends it, and how much that one has asked of late.
//
// Threads: any number of threads at once.
// Owns: the tokens and the sessions, and what each caller has used of its quota. The clock outlives
//       it.
// Errors: the constructor throws Poco exceptions with one line: a file of tokens that cannot be
//         read, a network that is none. Refusals are values.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "access/proxies.h"
#include "access/sessions.h"
#include "access/token_file.h"
#include "base/clock.h"
#include "base/quota.h"
#include "http/caller.h"
#include "http/request.h"
#include "http/response.h"
#include "http/routes.h"
#include "http/settings.h"

namespace errand::http {

class AccessControl {
public:
    // `secure`: clients reach this server through TLS.
    AccessControl(const AccessSettings& settings, bool secure, const base::Clock& clock);

    // Why the request is not served, or nothing; and who sends it, as far as that is known. `route`
    // is null where there is none; `peer` is the address at the other end of the connection.
    std::optional<Response> admit(const Head& head, const Route* route, std::string_view peer,
                                  Caller& caller);

    // What a browser asks before a page of another origin may send what it wants to. Nothing: it is
    // no such question, or the page is none that may.
    std::optional<Response> preflight(const Head& head, const std::string& methods) const;

    // The fields by which a page of another origin may read the answer.
    void addCors(const Head& head, Response& response) const;

    // Whether the caller may still do what it was admitted for: asked later, any number of times.
    // Empty: nobody is asked for a token. This outlives it.
    std::function<bool()> permissionOf(const Caller& caller);

    // From now on that many.
    void setRate(const base::Rate& requests) { requests_.setRate(requests); }

    bool asksForTokens() const noexcept { return tokens_ != nullptr; }

    // Begins a session with a token's text; nothing: it is no good one.
    struct Login {
        access::Identity identity;
        std::string cookie;  // the value of Set-Cookie
    };
    std::optional<Login> login(std::string_view token, bool secure);
    // Ends the request's session; the value of Set-Cookie that takes the cookie back.
    std::string logout(const Head& head, bool secure);

private:
    std::optional<Response> refuseHost(const Head& head) const;
    std::optional<Response> refuseOrigin(const Head& head) const;
    std::optional<Response> authorize(const Head& head, Needs needs, Caller& caller);
    std::optional<Response> identify(const Head& head, Caller& caller);
    std::optional<Response> identifyByToken(std::string_view field, Caller& caller);
    std::optional<Response> identifyBySession(const Head& head, Caller& caller);
    std::optional<Response> limit(Caller& caller);
    std::optional<Response> refuseInTheClear(const Head& head, Needs needs,
                                             std::string_view peer) const;
    access::Client clientOf(const Head& head, std::string_view peer) const;
    std::optional<std::string_view> sessionOf(const Head& head) const;

    // Set in the constructor, then constant.
    const AccessSettings settings_;
    const bool secure_;
    const access::Proxies proxies_;

    // Each guards itself.
    const std::unique_ptr<access::TokenFile> tokens_;  // null: none are asked for
    access::Sessions sessions_;
    base::Quota requests_;
};

}  // namespace errand::http
