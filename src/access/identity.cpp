// SPDX-License-Identifier: Apache-2.0
#include "access/identity.h"

namespace errand::access {
namespace {

constexpr Scope allScopes[] = {Scope::submit, Scope::read, Scope::admin};

std::optional<Scope> parseScope(std::string_view name) noexcept {
    for (const Scope scope : allScopes) {
        if (toString(scope) == name) return scope;
    }
    return std::nullopt;
}

}  // namespace

std::string_view toString(Scope scope) noexcept {
    switch (scope) {
        case Scope::submit:
            return "submit";
        case Scope::read:
            return "read";
        case Scope::admin:
            return "admin";
    }
    return "";
}

std::optional<Scopes> Scopes::parse(std::string_view text) noexcept {
    Scopes scopes;
    for (;;) {
        const std::size_t comma = text.find(',');
        const auto scope = parseScope(text.substr(0, comma));
        if (!scope) return std::nullopt;
        scopes.add(*scope);
        if (comma == text.npos) return scopes;
        text.remove_prefix(comma + 1);
    }
}

std::string Scopes::toString() const {
    std::string text;
    for (const Scope scope : allScopes) {
        if ((bits_ & bitOf(scope)) == 0) continue;
        if (!text.empty()) text += ',';
        text += access::toString(scope);
    }
    return text;
}

}  // namespace errand::access
