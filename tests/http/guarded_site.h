// SPDX-License-Identifier: Apache-2.0
// GuardedSite is a TestSite that asks for tokens, with one of each kind.
//
// Threads: one.
// Owns: the file of the tokens.
// Errors: none.
#pragma once

#include <map>
#include <string>

#include "access/token_list.h"
#include "http/test_site.h"
#include "system/temporary_directory.h"

namespace errand::http {

class GuardedSite {
public:
    explicit GuardedSite(AccessSettings settings = {}) : site_(withTokens(std::move(settings))) {}

    TestSite& site() { return *site_; }
    const std::string& path() const { return path_; }

    // The text of the token of that name: submit, other (with submit as well), read, both, admin or
    // expired; else one that is not known.
    std::string text(const std::string& name) const {
        const auto found = texts_.find(name);
        return found == texts_.end() ? "errand_000000000000_" + std::string(43, 'A')
                                     : found->second;
    }

    // The header line that goes with it; "none": no line.
    std::string field(const std::string& name) const {
        return name == "none" ? "" : "Authorization: Bearer " + text(name) + "\r\n";
    }

    Response ask(const std::string& line, const std::string& name, std::string_view json = {}) {
        std::string fields = field(name);
        if (!json.empty())
            fields +=
                "Content-Type: application/json\r\nContent-Length: " + std::to_string(json.size()) +
                "\r\n";
        return site_->send(line, fields, json);
    }

    // A job of that token's; its id.
    std::string submit(const std::string& name) {
        const Response response =
            ask("POST /jobs", name, R"({"operation":"sum","value":1,"other":2})");
        return base::Json::parse(response.body).find("id")->asString();
    }

private:
    std::unique_ptr<TestSite> withTokens(AccessSettings settings) {
        using access::Scope;
        add("submit", {Scope::submit});
        add("other", {Scope::submit});
        add("read", {Scope::read});
        add("both", {Scope::submit, Scope::read});
        add("admin", {Scope::admin});
        add("expired", {Scope::admin}, FixedClock().now());
        settings.tokens = path_;
        return std::make_unique<TestSite>(settings);
    }

    void add(const std::string& name, access::Scopes scopes,
             std::optional<base::Time> expires = std::nullopt) {
        const access::NewToken made = access::makeToken(name, scopes, expires);
        access::addToken(path_, made.token);
        texts_[name] = made.text;
    }

    const tests::TemporaryDirectory directory_;
    const std::string path_ = directory_ / "tokens";
    std::map<std::string, std::string> texts_;
    const std::unique_ptr<TestSite> site_;
};

}  // namespace errand::http
