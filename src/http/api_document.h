// SPDX-License-Identifier: Apache-2.0
// ApiDocument is GET /openapi.json: OpenAPI 3.1, made of the route table and the catalogue.
//
// Threads: any number of threads; the first to ask makes the text, which is constant from then on.
// Owns: its text; the catalogue outlives it.
// Errors: a name in the route table that is nowhere declared throws Poco::NotFoundException.
#pragma once

#include <mutex>
#include <span>
#include <string>

#include "http/routes.h"
#include "rpc/catalogue.h"

namespace errand::http {

class ApiDocument {
public:
    explicit ApiDocument(const rpc::Catalogue& catalogue,
                         std::span<const Route> described = routes()) noexcept
        : catalogue_(catalogue), routes_(described) {}

    const std::string& text() const;
    const std::string& etag() const;  // with its quotes

private:
    void make() const;

    // Set in the constructor, then constant.
    const rpc::Catalogue& catalogue_;
    const std::span<const Route> routes_;

    // Made when first asked for: most servers are never asked, and a start is to be fast.
    mutable std::once_flag made_;
    mutable std::string text_;
    mutable std::string etag_;
};

}  // namespace errand::http
