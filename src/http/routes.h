// SPDX-License-Identifier: Apache-2.0
// The route table: every method and path that is answered, with what the API document says of it. A
// new route is an entry in routes.cpp and a file with its handler.
//
// Threads: constant; match may be called from any thread.
// Owns: nothing; a match views the path it was made from.
// Errors: outcomes are values: a match without a route.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "http/operation.h"
#include "http/site.h"

namespace errand::http {

// Of a caller, where tokens are asked for; token: submit or read, whichever.
enum class Needs { nothing, token, submit, read, admin };

enum class Takes { nothing, json, jobs };  // jobs: JSON, and an array of them may be longer

struct Route {
    std::string_view method;
    std::string_view path;  // {name} stands for one segment; "/*" for any file of the web root
    Handler* handler;
    Takes takes;
    Needs needs;
    const char* text;
    Operation operation = {};
};

std::span<const Route> routes() noexcept;

struct Match {
    const Route* route = nullptr;  // null: not this method, or not this path
    std::string_view id;           // what stood for {name}
    bool knownPath = false;        // whether it fits a route other than "/*"
};

Match match(std::string_view method, std::string_view path) noexcept;

// What an Allow field says of the path: "GET, HEAD, OPTIONS". For "*": all methods there are.
std::string allowedMethods(std::string_view path);

// Whether the method is one that RFC 9110 or RFC 5789 define.
bool isKnownMethod(std::string_view method) noexcept;

}  // namespace errand::http
