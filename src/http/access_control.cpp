// SPDX-License-Identifier: Apache-2.0
#include "http/access_control.h"

#include <chrono>
#include <utility>

#include "access/cookie.h"
#include "http/job_quotas.h"
#include "http/origin.h"
#include "http/problem.h"

namespace errand::http {
namespace {

using std::chrono::steady_clock;

constexpr std::string_view cookieName = "errand_session";
constexpr std::string_view scheme = "Bearer ";

// RFC 9110, section 9.2.1: those that change nothing.
bool isSafe(std::string_view method) noexcept {
    return method == "GET" || method == "HEAD" || method == "OPTIONS";
}

// The fields of that name, put together with commas.
std::string allOf(const Head& head, std::string_view name) {
    std::string all;
    for (const Field& field : head.fields) {
        if (!sameName(field.name, name)) continue;
        if (!all.empty()) all += ',';
        all += field.value;
    }
    return all;
}

Response forbidden(Needs needs) {
    const char* scope = needs == Needs::submit ? "submit" : needs == Needs::read ? "read" : "admin";
    return challenge(403,
                     std::string("the token has not the scope ") + scope + ", which this takes",
                     std::string(", error=\"insufficient_scope\", scope=\"") + scope + '"');
}

bool suffices(const Caller& caller, Needs needs) noexcept {
    using access::Scope;
    switch (needs) {
        case Needs::nothing:
            return true;
        case Needs::token:
            return caller.has(Scope::submit) || caller.has(Scope::read);
        case Needs::submit:
            return caller.has(Scope::submit);
        case Needs::read:
            return caller.has(Scope::read);
        case Needs::admin:
            return caller.has(Scope::admin);
    }
    return false;
}

}  // namespace

AccessControl::AccessControl(const AccessSettings& settings, bool secure, const base::Clock& clock)
    : settings_(settings),
      secure_(secure),
      proxies_(settings.trustedProxies),
      tokens_(settings.tokens.empty()
                  ? nullptr
                  : std::make_unique<access::TokenFile>(settings.tokens, clock)),
      requests_(settings.requests) {}

std::optional<Response> AccessControl::admit(const Head& head, const Route* route,
                                             std::string_view peer, Caller& caller) {
    access::Client client = clientOf(head, peer);
    caller.unasked = !tokens_;
    caller.address = std::move(client.address);
    caller.secure = client.secure;
    if (auto refusal = refuseHost(head)) return refusal;
    if (auto refusal = refuseOrigin(head)) return refusal;
    const Needs needs = route ? route->needs : Needs::nothing;
    if (auto refusal = refuseInTheClear(head, needs, peer)) return refusal;
    std::optional<Response> refusal;
    if (tokens_) refusal = authorize(head, needs, caller);
    // Who is refused is counted, too, by its address.
    if (auto tooMany = limit(caller)) return tooMany;
    return refusal;
}

std::optional<Response> AccessControl::authorize(const Head& head, Needs needs, Caller& caller) {
    auto refusal = identify(head, caller);
    if (needs == Needs::nothing) return std::nullopt;
    if (refusal) return refusal;
    if (!caller.known) return challenge(401, "a token is needed: Authorization: Bearer errand_...");
    if (!suffices(caller, needs)) return forbidden(needs);
    return std::nullopt;
}

// A page of anybody's whose name leads to this machine would else be of the same origin as this
// server. Every browser says the name; whoever speaks HTTP/1.0 without one is none.
std::optional<Response> AccessControl::refuseHost(const Head& head) const {
    const auto* host = head.find("Host");
    if (settings_.hosts.empty() || !host || isHostOf(*host, settings_.hosts)) return std::nullopt;
    return problem(421, "this server is not called " + inQuotes(head.value("Host")) +
                            "; it is called as http.hosts says");
}

std::optional<Response> AccessControl::refuseOrigin(const Head& head) const {
    const auto* origin = head.find("Origin");
    if (!origin || isSafe(head.method) || isSameOrigin(*origin, head.value("Host")) ||
        isOriginOf(*origin, settings_.corsOrigins))
        return std::nullopt;
    return problem(403, "a page of " + inQuotes(*origin) +
                            " may not ask this; http.corsOrigins says whose may");
}

// Where proxies speak TLS for this server, who goes round them would send its token in the clear.
// What needs no token is open: a load balancer asks for /readyz itself.
std::optional<Response> AccessControl::refuseInTheClear(const Head& head, Needs needs,
                                                        std::string_view peer) const {
    if (secure_ || settings_.trustedProxies.empty() || proxies_.trusts(peer)) return std::nullopt;
    const auto address = base::IpAddress::parse(peer);
    if (!address || address->isLoopback()) return std::nullopt;
    if (needs == Needs::nothing && isSafe(head.method)) return std::nullopt;
    return problem(403, "this port is for the proxies of http.trustedProxies; ask them");
}

std::optional<Response> AccessControl::identify(const Head& head, Caller& caller) {
    if (const auto* field = head.find("Authorization")) return identifyByToken(*field, caller);
    return identifyBySession(head, caller);
}

std::optional<Response> AccessControl::identifyByToken(std::string_view field, Caller& caller) {
    const bool bearer =
        field.size() > scheme.size() && sameName(field.substr(0, scheme.size()), scheme);
    access::Finding found;
    if (bearer) found = tokens_->find(trim(field.substr(scheme.size())));
    switch (found.verdict) {
        case access::Verdict::good:
            break;
        case access::Verdict::unknown:
            return challenge(401, "the token is not known here", ", error=\"invalid_token\"");
        case access::Verdict::expired:
            return challenge(
                401, "the token has expired",
                ", error=\"invalid_token\", error_description=\"the token has expired\"");
    }
    caller.known = true;
    caller.identity = std::move(found.identity);
    caller.tokenId = std::move(found.tokenId);
    return std::nullopt;
}

// A browser adds the cookie to whatever a page makes it send: what changes something must say that
// the page is ours.
std::optional<Response> AccessControl::identifyBySession(const Head& head, Caller& caller) {
    const auto id = sessionOf(head);
    auto tokenId = id ? sessions_.find(*id, steady_clock::now()) : std::nullopt;
    auto identity = tokenId ? tokens_->identityOf(*tokenId) : std::nullopt;
    if (!identity) return std::nullopt;
    const bool ours = isSameOrigin(head.value("Origin"), head.value("Host")) ||
                      head.value("Sec-Fetch-Site") == "same-origin";
    if (!isSafe(head.method) && !ours)
        return problem(403, "with a session this takes an Origin of this server's own");
    caller.known = true;
    caller.identity = std::move(*identity);
    caller.tokenId = std::move(*tokenId);
    caller.session = access::Sessions::keyOf(*id);
    return std::nullopt;
}

std::function<bool()> AccessControl::permissionOf(const Caller& caller) {
    if (!tokens_ || !caller.known) return {};
    return [this, scopes = caller.identity.scopes, id = caller.tokenId, session = caller.session] {
        const auto identity = tokens_->identityOf(id);
        if (!identity || identity->scopes != scopes) return false;
        return !session || sessions_.find(*session, steady_clock::now()).has_value();
    };
}

// What is left is said with every answer.
std::optional<Response> AccessControl::limit(Caller& caller) {
    if (!requests_.limits()) return std::nullopt;
    const base::Rate rate = requests_.rate();
    const base::Taken taken = requests_.take(caller.key(), 1, steady_clock::now());
    caller.fields = rateLimitFields("requests", rate, taken);
    if (taken.granted) return std::nullopt;
    Response response = problem(429, "more than " + std::to_string(rate.most) + " requests in " +
                                         std::to_string(rate.window.count()) + " s");
    response.addField("Retry-After", std::to_string(taken.reset.count()));
    return response;
}

access::Client AccessControl::clientOf(const Head& head, std::string_view peer) const {
    if (settings_.trustedProxies.empty()) return {std::string(peer), secure_};
    // What the proxies do not set themselves they pass on, whoever wrote it.
    if (settings_.rfc7239)
        return proxies_.clientOf(peer, {allOf(head, "Forwarded"), {}, {}}, secure_);
    return proxies_.clientOf(
        peer, {{}, allOf(head, "X-Forwarded-For"), allOf(head, "X-Forwarded-Proto")}, secure_);
}

std::optional<Response> AccessControl::preflight(const Head& head,
                                                 const std::string& methods) const {
    const auto* origin = head.find("Origin");
    if (head.method != "OPTIONS" || !origin || !head.find("Access-Control-Request-Method") ||
        !isOriginOf(*origin, settings_.corsOrigins))
        return std::nullopt;
    Response response;
    response.status = 204;
    response.addField("Access-Control-Allow-Methods", methods);
    response.addField("Access-Control-Allow-Headers",
                      "Authorization, Content-Type, Idempotency-Key, If-None-Match, Last-Event-ID, "
                      "Prefer, traceparent");
    response.addField("Access-Control-Max-Age", "600");
    return response;
}

void AccessControl::addCors(const Head& head, Response& response) const {
    if (settings_.corsOrigins.empty()) return;
    response.addField("Vary", "Origin");
    const auto* origin = head.find("Origin");
    if (!origin || !isOriginOf(*origin, settings_.corsOrigins)) return;
    response.addField("Access-Control-Allow-Origin", *origin);
    response.addField("Access-Control-Expose-Headers",
                      "ETag, Location, Preference-Applied, RateLimit, RateLimit-Policy, "
                      "Retry-After, WWW-Authenticate");
}

std::optional<AccessControl::Login> AccessControl::login(std::string_view token, bool secure) {
    if (!tokens_) return std::nullopt;
    access::Finding found = tokens_->find(token);
    if (found.verdict != access::Verdict::good) return std::nullopt;
    const std::string id = sessions_.begin(found.tokenId, steady_clock::now());
    return Login{std::move(found.identity),
                 access::sessionCookie(cookieName, id, access::Sessions::lifetime, secure)};
}

std::string AccessControl::logout(const Head& head, bool secure) {
    if (const auto id = sessionOf(head)) sessions_.end(*id);
    return access::sessionCookie(cookieName, "", std::chrono::seconds(0), secure);
}

std::optional<std::string_view> AccessControl::sessionOf(const Head& head) const {
    return access::cookieValue(head.value("Cookie"), cookieName);
}

}  // namespace errand::http
