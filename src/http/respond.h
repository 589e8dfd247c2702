// SPDX-License-Identifier: Apache-2.0
// Responder finds the route of a request and has it answered: the one place where an exception of a
// handler becomes a 500.
//
// Threads: any number of threads at once.
// Owns: nothing; the site outlives it.
// Errors: none leave it; what a handler throws is logged and answered.
#pragma once

#include <optional>
#include <string_view>

#include "http/caller.h"
#include "http/routes.h"
#include "http/site.h"

namespace errand::http {

class Responder {
public:
    // What a request's head decides: the handler to call, or the answer already.
    struct Plan {
        const Route* route = nullptr;  // null: `answer` is all there is to say
        std::string_view id;
        Response answer;
        std::size_t maxBytes;  // of the body
        Caller caller{};       // who sends it, where there is a route
        base::SteadyTime begun{};
        const Route* counted = nullptr;  // as `route`, also where it is refused
    };

    explicit Responder(const Site& site) noexcept : site_(site) {}

    // `peer` is the address at the other end of the connection.
    Plan plan(const Head& head, std::string_view peer) const;

    // Answers the request that was planned, its body there.
    Response respond(Plan plan, const Head& head, std::string_view body) const;

    const Site& site() const noexcept { return site_; }

private:
    Plan planRoute(const Head& head, const Match& found) const;
    Response answerOther(const Head& head, const Match& found) const;
    Response handle(const Plan& plan, const Head& head, std::string_view body) const;

    const Site& site_;
};

}  // namespace errand::http
