// SPDX-License-Identifier: Apache-2.0
#include "http/problem.h"

#include "base/json.h"
#include "base/text.h"

namespace errand::http {

Response problem(int status, std::string_view detail, std::string_view members) {
    Response response;
    response.status = status;
    response.contentType = problemType;
    std::string& out = response.body;
    out.append(R"({"type":"about:blank","title":")").append(reasonPhrase(status));
    out.append(R"(","status":)").append(std::to_string(status)).append(R"(,"detail":)");
    appendAnyText(out, detail);
    out.append(members).append("}");
    return response;
}

Response challenge(int status, std::string_view detail, std::string_view more) {
    Response response = problem(status, detail);
    response.addField("WWW-Authenticate", "Bearer realm=\"errand\"" + std::string(more));
    return response;
}

Response unprocessable(const std::vector<rpc::FieldError>& errors) {
    std::string members = R"(,"errors":[)";
    for (const rpc::FieldError& error : errors) {
        if (&error != &errors.front()) members += ',';
        members += R"({"field":)";
        appendAnyText(members, error.field);
        members += R"(,"message":)";
        appendAnyText(members, error.message);
        members += '}';
    }
    members += ']';
    const rpc::FieldError& first = errors.front();
    std::string detail = first.field.empty() ? first.message : first.field + ": " + first.message;
    if (errors.size() > 1) detail += " (and " + std::to_string(errors.size() - 1) + " more)";
    return problem(422, detail, members);
}

void appendAnyText(std::string& out, std::string_view text) {
    auto good = base::utf8Prefix(text);
    if (good == text.size()) return base::appendJsonString(out, text);
    std::string mended;
    while (true) {
        mended.append(text.substr(0, good));
        if (good == text.size()) break;
        mended += "\xEF\xBF\xBD";
        text.remove_prefix(good + 1);
        good = base::utf8Prefix(text);
    }
    base::appendJsonString(out, mended);
}

std::string inQuotes(std::string_view text) {
    constexpr std::size_t readable = 80;
    if (text.size() <= readable) return "'" + std::string(text) + "'";
    const auto cut = base::utf8Prefix(text.substr(0, readable));  // not through a character
    return "'" + std::string(text.substr(0, cut == 0 ? readable : cut)) + "...'";
}

}  // namespace errand::http
