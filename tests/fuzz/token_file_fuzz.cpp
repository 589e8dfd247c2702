// SPDX-License-Identifier: Apache-2.0
// Any text as a file of tokens, as one of its lines, and as what a client shows: what is taken is
// written back as it was meant, and what is refused repeats nothing.
#include <Poco/Exception.h>

#include <set>
#include <string>

#include "access/token_list.h"
#include "fuzz/require.h"

namespace errand::fuzz {
namespace {

void checkToken(const access::Token& token) {
    require(access::isTokenName(token.identity.name), "a name has its characters");
    require(access::Scopes::parse(token.identity.scopes.toString()) == token.identity.scopes,
            "there are scopes");
    const std::string line = token.line();
    require(line.find('\n') == line.npos, "a line is one", line);
    const access::Token again = access::parseTokenLine(line);
    require(again.line() == line, "it is read as it is written", line);
    require(again.hash == token.hash && again.salt == token.salt, "and is the same then", line);
    require(!token.matches(""), "no secret is none");
}

void checkFile(std::string_view text) {
    std::set<std::string> names;
    std::set<std::string> ids;
    std::string written;
    try {
        const std::vector<access::Token> tokens = access::parseTokens(text, "FILE");
        for (const access::Token& token : tokens) {
            checkToken(token);
            require(names.insert(token.identity.name).second, "a name stands once", text);
            require(ids.insert(token.id).second, "an id stands once", text);
            written += token.line() + '\n';
        }
        const std::size_t count = access::parseTokens("# a\n\n" + written, "FILE").size();
        require(count == tokens.size(), "all are written", written);
    } catch (const Poco::FileException& exception) {
        const std::string& reason = exception.message();
        require(reason.starts_with("FILE: line "), "a refusal names its line", reason);
        require(reason.size() < 150, "in words of its own", reason);
    }
}

void checkText(std::string_view text) {
    const auto parts = access::splitTokenText(text);
    if (!parts) return;
    require(parts->id.size() == 12 && access::isSecret(parts->secret), "both have their length");
    std::string whole = "errand_";
    whole.append(parts->id).append("_").append(parts->secret);
    require(whole == text, "they are all of it", text);
}

}  // namespace
}  // namespace errand::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace errand::fuzz;
    const std::string_view text = textOf(data, size);
    checkFile(text);
    checkText(text);
    return 0;
}
