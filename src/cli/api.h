// SPDX-License-Identifier: Apache-2.0
// Api asks an errandd over HTTP, and turns whatever goes wrong into one Failure with one line.
//
// Threads: used by one thread.
// Owns: the connection, which is kept between requests.
// Errors: Failure: "Unavailable" where no answer comes, a problem's title where the answer is one.
#pragma once

#include <Poco/Net/HTTPClientSession.h>
#include <Poco/URI.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "cli/arguments.h"

namespace errand::cli {

struct HttpAnswer {
    int status = 0;
    std::string body;
    std::optional<std::chrono::seconds> retryAfter;
};

class Api {
public:
    // --url and --ca, for every command that asks over HTTP.
    static std::vector<Option> options();

    // By those options, and the environment's ERRAND_URL.
    explicit Api(const Arguments& arguments);
    // `ca`: the file of certificates to trust; empty: the system's.
    Api(const std::string& url, const std::string& ca);

    // Any answer at all.
    HttpAnswer send(const std::string& method, const std::string& path,
                    const std::string& body = {});

    // The JSON of a good answer.
    base::Json ask(const std::string& method, const std::string& path,
                   const std::string& body = {});

    // Of any answer as above; a bad one throws.
    base::Json jsonOf(const HttpAnswer& answer) const;

private:
    HttpAnswer exchange(const std::string& method, const std::string& path,
                        const std::string& body);

    // Set in the constructor, then constant.
    const Poco::URI uri_;

    std::unique_ptr<Poco::Net::HTTPClientSession> session_;
};

// A problem (RFC 9457) in one line: its detail, then each field with what is wrong with it.
std::string problemLine(const base::Json& problem, int status);

}  // namespace errand::cli
