// SPDX-License-Identifier: Apache-2.0
#include <Poco/Logger.h>

#include "base/json.h"
#include "http/access_control.h"
#include "http/problem.h"
#include "http/site.h"

namespace errand::http {
namespace {

// Without a name: nobody who is known.
Response sessionOf(const access::Identity& identity) {
    Response response;
    response.body = R"({"name":)";
    if (identity.name.empty())
        response.body += "null";
    else
        base::appendJsonString(response.body, identity.name);
    response.body += R"(,"scopes":[)";
    for (const access::Scope scope :
         {access::Scope::submit, access::Scope::read, access::Scope::admin}) {
        if (!identity.scopes.has(scope)) continue;
        if (response.body.back() != '[') response.body += ',';
        response.body.append("\"").append(toString(scope)).append("\"");
    }
    response.body += "]}";
    return response;
}

// Nothing: the body is not {"token": "..."}.
std::optional<std::string> readLogin(std::string_view body) {
    try {
        const base::Json json = base::Json::parse(body);
        const base::Json* token = json.isObject() ? json.find("token") : nullptr;
        if (token && token->isString()) return token->asString();
    } catch (const base::JsonError&) {  // told with all else that is no login
    }
    return std::nullopt;
}

}  // namespace

Response beginSession(const Site& site, const Request& request) {
    if (!site.access.asksForTokens()) return problem(404, "no tokens are asked for here");
    const auto token = readLogin(request.body);
    if (!token) return unprocessable({{"token", "must be there, the text of a token"}});
    const auto login = site.access.login(*token, request.caller.secure);
    if (!login) {
        return challenge(401, "the token is not known here, or has expired",
                         ", error=\"invalid_token\"");
    }
    Poco::Logger::get("audit").information(login->identity.name + " logged in from " +
                                           request.caller.address);
    Response response = sessionOf(login->identity);
    response.addField("Set-Cookie", login->cookie);
    return response;
}

Response getSession(const Site&, const Request& request) {
    if (request.caller.unasked) return sessionOf({"", {access::Scope::admin}});
    return sessionOf(request.caller.identity);
}

Response endSession(const Site& site, const Request& request) {
    Response response;
    response.status = 204;
    response.addField("Set-Cookie", site.access.logout(request.head, request.caller.secure));
    return response;
}

}  // namespace errand::http
