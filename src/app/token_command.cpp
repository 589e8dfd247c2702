// SPDX-License-Identifier: Apache-2.0
#include "app/token_command.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "access/token_list.h"
#include "app/units.h"
#include "base/clock.h"
#include "base/near_names.h"
#include "cli/exit_code.h"
#include "cli/failure.h"

namespace errand::app {

namespace {

using base::Time;

const cli::Option fileOption{"file", "FILE", "the file of tokens; etc/tokens where none is named"};

// A time in seconds, as it is written.
constexpr std::chrono::hours longestLife = std::chrono::days(36'500);

std::string fileOf(const cli::Arguments& arguments) {
    return arguments.value("file", "etc/tokens");
}

std::string nameOf(const cli::Arguments& arguments) {
    if (arguments.words.size() != 1) throw cli::UsageError("needs one NAME");
    return arguments.words[0];
}

access::Scopes scopesOf(const cli::Arguments& arguments) {
    const auto scopes = access::Scopes::parse(arguments.value("scope"));
    if (scopes) return *scopes;
    throw cli::UsageError(
        "--scope must say what the token is for: submit, read and admin, with commas between");
}

std::optional<Time> expiryOf(const cli::Arguments& arguments, Time now) {
    if (!arguments.has("expires")) return std::nullopt;
    const std::string text = arguments.value("expires");
    if (const auto life = parseDuration(text)) {
        if (*life >= std::chrono::seconds(1) && *life <= longestLife) {
            return std::chrono::floor<std::chrono::seconds>(now) + *life;
        }
    } else if (const auto time = base::parseRfc3339(text); time && *time > now) {
        return time;
    }
    throw cli::UsageError("--expires must be a time from now, as 90d or 12h, or one to come, as " +
                          std::string("2027-01-01T00:00:00Z"));
}

int runNew(const cli::Arguments& arguments, cli::Streams streams) {
    const std::string name = nameOf(arguments);
    if (!access::isTokenName(name)) {
        throw cli::UsageError("NAME must be 1 to 64 of the characters A-Z a-z 0-9 . _ @ -");
    }
    const access::Scopes scopes = scopesOf(arguments);
    const auto expires = expiryOf(arguments, base::Clock::system().now());
    const access::NewToken made = access::makeToken(name, scopes, expires);
    const std::string file = fileOf(arguments);
    if (!access::addToken(file, made.token)) {
        throw cli::Failure(cli::exitFailed, "NameTaken",
                           "there is a token " + name + " in " + file +
                               "; revoke it first, or choose another name");
    }
    streams.out << made.text << std::endl;
    if (!streams.out) {
        throw cli::Failure(cli::exitFailed, "NotShown",
                           "the token " + name +
                               " was made, but could not be written out; revoke "
                               "it and make another");
    }
    streams.err << "errand: this is the token " << name << ", shown only once: " << file
                << " does not hold it" << std::endl;
    return cli::exitOk;
}

using Row = std::array<std::string, 4>;

Row rowOf(const access::Token& token, Time now) {
    return {token.identity.name, token.identity.scopes.toString(), token.id,
            access::expiryText(token.expires) + (token.expired(now) ? " (expired)" : "")};
}

int runList(const cli::Arguments& arguments, cli::Streams streams) {
    if (!arguments.words.empty()) throw cli::UsageError("takes no words");
    std::vector<Row> rows{{"NAME", "SCOPES", "ID", "EXPIRES"}};
    const Time now = base::Clock::system().now();
    for (const access::Token& token : access::readTokens(fileOf(arguments)).tokens) {
        rows.push_back(rowOf(token, now));
    }
    std::array<std::size_t, 3> widths{};
    for (const Row& row : rows) {
        for (std::size_t i = 0; i < widths.size(); ++i) {
            widths[i] = std::max(widths[i], row[i].size());
        }
    }
    for (Row& row : rows) {
        for (std::size_t i = 0; i < widths.size(); ++i) {
            row[i].resize(widths[i], ' ');
            streams.out << row[i] << "  ";
        }
        streams.out << row.back() << '\n';
    }
    streams.out << std::flush;
    return cli::exitOk;
}

[[noreturn]] void refuseUnknown(const std::string& name, const std::string& file) {
    std::vector<std::string> names;
    for (const access::Token& token : access::readTokens(file).tokens) {
        names.push_back(token.identity.name);
    }
    throw cli::Failure(
        cli::exitFailed, "NoSuchToken",
        "there is no token \"" + name + "\" in " + file + base::didYouMean(name, names));
}

int runRevoke(const cli::Arguments& arguments, cli::Streams streams) {
    const std::string name = nameOf(arguments);
    const std::string file = fileOf(arguments);
    if (!access::isTokenName(name)) {
        throw cli::UsageError("NAME must be the name of a token; errand token list shows them");
    }
    if (!access::removeToken(file, name)) refuseUnknown(name, file);
    streams.err << "errand: the token " << name << " is revoked" << std::endl;
    return cli::exitOk;
}

}  // namespace

cli::Command tokenNewCommand() {
    return {"token new",
            "NAME",
            "Makes a token and prints it, this one time.",
            {{"scope", "SCOPES", "what it is for: submit, read and admin, with commas between"},
             {"expires", "TIME", "90d, 12h or 2027-01-01T00:00:00Z; never where it is not given"},
             fileOption},
            runNew};
}

cli::Command tokenListCommand() {
    return {"token list", "", "Lists the tokens there are.", {fileOption}, runList};
}

cli::Command tokenRevokeCommand() {
    return {"token revoke", "NAME", "Takes a token back.", {fileOption}, runRevoke};
}

}  // namespace errand::app
