// SPDX-License-Identifier: Apache-2.0
// Any bytes as the query of a list, and as a cursor: what is taken is what was said, a cursor goes
// with its own filter alone, and a refusal is JSON that names a parameter.
#include <string>
#include <variant>

#include "base/json.h"
#include "fuzz/require.h"
#include "http/job_filter.h"
#include "http/list_cursor.h"

namespace errand::fuzz {
namespace {

using http::JobFilter;
using http::Response;

void checkRefusal(const Response& response) {
    require(response.status == 400, "what does not parse is a 400", response.body);
    require(response.contentType == http::problemType, "and a problem");
    const auto problem = base::Json::parse(response.body);
    const base::Json* parameter = problem.find("parameter");
    require(parameter != nullptr && parameter->isString(), "it names a parameter", response.body);
    require(problem.find("detail")->asString().size() < 1000, "in words of a bounded length");
}

// As a client would say it: every byte that is not a letter or digit is escaped.
void appendParameter(std::string& query, const char* name, const std::string& value) {
    query.append(query.empty() ? "" : "&").append(name).append("=");
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        const char escaped[] = {'%', "0123456789ABCDEF"[byte >> 4], "0123456789abcdef"[byte & 15]};
        query.append(escaped, sizeof escaped);
    }
}

std::string queryOf(const jobs::Filter& filter) {
    std::string query;
    if (filter.state) appendParameter(query, "state", toString(*filter.state));
    if (!filter.service.empty()) appendParameter(query, "service", filter.service);
    if (!filter.method.empty()) appendParameter(query, "method", filter.method);
    if (!filter.tag.empty()) appendParameter(query, "tag", filter.tag);
    if (!filter.text.empty()) appendParameter(query, "text", filter.text);
    if (filter.parent) appendParameter(query, "parent", filter.parent->toString());
    const auto time = [&](const char* name, const std::optional<base::Time>& value) {
        if (value) appendParameter(query, name, base::formatRfc3339(*value));
    };
    time("created_from", filter.createdFrom);
    time("created_to", filter.createdTo);
    return query;
}

bool same(const jobs::Filter& one, const jobs::Filter& other) {
    return one.state == other.state && one.service == other.service && one.method == other.method &&
           one.parent == other.parent && one.tag == other.tag && one.text == other.text &&
           one.createdFrom == other.createdFrom && one.createdTo == other.createdTo;
}

void checkFilter(const JobFilter& asked) {
    const jobs::Filter& filter = asked.filter;
    require(asked.limit >= 1 && asked.limit <= 500, "a page has its bounds");
    for (const std::string* text : {&filter.service, &filter.method, &filter.tag, &filter.text})
        require(base::isUtf8(*text), "a filter is UTF-8", *text);
    const std::int64_t sequence = asked.after.value_or(asked.limit);
    require(sequence >= 1, "a cursor is a sequence");
    const std::string query = queryOf(filter);
    std::string page = query;
    appendParameter(page, "after", http::writeCursor(sequence, filter));
    const auto again = http::readJobFilter(page);
    const auto* read = std::get_if<JobFilter>(&again);
    require(read != nullptr, "what is taken can be said again", page);
    require(same(read->filter, filter) && read->after == sequence, "and is the same then", page);
    const auto whole = http::readWholeFilter(query);
    require(same(std::get<jobs::Filter>(whole), filter), "with or without a page", query);
    require(http::isOpen(filter) == query.empty(), "what says nothing is open", query);
}

void checkCursor(std::string_view text) {
    jobs::Filter other;
    other.tag = "other";
    const auto sequence = http::readCursor(text, {});
    if (!sequence) return;
    require(http::writeCursor(*sequence, {}) == text, "a cursor is written in one way", text);
    require(!http::readCursor(text, other), "and for one filter", text);
}

}  // namespace
}  // namespace errand::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace errand::fuzz;
    const std::string_view text = textOf(data, size);
    checkCursor(text);
    const auto result = errand::http::readJobFilter(text);
    if (const auto* refusal = std::get_if<Response>(&result)) {
        checkRefusal(*refusal);
    } else {
        checkFilter(std::get<JobFilter>(result));
    }
    return 0;
}
