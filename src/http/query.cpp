// SPDX-License-Identifier: Apache-2.0
#include "http/query.h"

#include <utility>

#include "base/json.h"
#include "http/problem.h"
#include "http/target.h"

namespace errand::http {

std::optional<Response> readQuery(std::string_view query, std::vector<QueryParameter>& parameters) {
    while (!query.empty()) {
        std::string_view value = takeItem(query, '&');
        const std::string_view name = takeItem(value, '=');
        QueryParameter parameter;
        if (!percentDecode(name, true, parameter.name) ||
            !percentDecode(value, true, parameter.value))
            return badParameter(name, "holds a '%' without two hexadecimal digits after it");
        if (!base::isUtf8(parameter.name) || !base::isUtf8(parameter.value))
            return badParameter(name, "is not UTF-8");
        for (const QueryParameter& earlier : parameters)
            if (earlier.name == parameter.name)
                return badParameter(parameter.name, "is given twice");
        // A form sends the fields left blank too: they ask for nothing.
        if (!parameter.value.empty()) parameters.push_back(std::move(parameter));
    }
    return std::nullopt;
}

Response badParameter(std::string_view name, std::string_view message) {
    std::string members = R"(,"parameter":)";
    appendAnyText(members, name);
    return problem(400, "the parameter " + inQuotes(name) + " " + std::string(message), members);
}

}  // namespace errand::http
