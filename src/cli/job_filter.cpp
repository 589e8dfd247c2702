// SPDX-License-Identifier: Apache-2.0
#include "cli/job_filter.h"

#include <Poco/URI.h>

#include <algorithm>
#include <utility>

namespace errand::cli {

namespace {

const std::vector<Option>& filterOptions() {
    static const std::vector<Option> options{
        {"state", "STATE", "queued, running, succeeded, failed or cancelled"},
        {"service", "NAME", "only jobs of that service"},
        {"method", "NAME", "only jobs of that method"},
        {"parent", "ID", "only jobs that that job cast"},
        {"tag", "TAG", "only jobs with that tag"},
        {"text", "TEXT", "only jobs that hold it in arguments, result, error or tags"},
        {"created-from", "TIME", "only jobs created then or later: 2026-11-23T06:00:00Z"},
        {"created-to", "TIME", "only jobs created before"}};
    return options;
}

}  // namespace

std::vector<Option> withFilterOptions(std::vector<Option> own) {
    std::vector<Option> options = filterOptions();
    for (Option& option : own) options.push_back(std::move(option));
    return options;
}

std::string queryParameter(const std::string& name, const std::string& value) {
    std::string escaped;
    // Whatever it holds, it stays one value: all but letters, digits and -_.~ is escaped.
    Poco::URI::encode(value, "!#$&'()*+,/:;=?@[]", escaped);
    return '&' + name + '=' + escaped;
}

std::string filterOf(const Arguments& arguments) {
    std::string filter;
    for (const Option& option : filterOptions()) {
        if (!arguments.has(option.name)) continue;
        std::string name = option.name;
        std::replace(name.begin(), name.end(), '-', '_');
        filter += queryParameter(name, arguments.value(option.name));
    }
    return filter;
}

}  // namespace errand::cli
