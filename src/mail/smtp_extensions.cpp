// SPDX-License-Identifier: Apache-2.0
#include "mail/smtp_extensions.h"

#include <charconv>
#include <string_view>

#include <Poco/String.h>

namespace errand::mail {
namespace {

// Cuts the first word off the line, in capitals; "=" ends one too, for the "AUTH=LOGIN" of servers
// older than RFC 4954.
std::string nextWord(std::string_view& line) {
    const std::size_t begin = line.find_first_not_of(" =");
    if (begin == std::string_view::npos) {
        line = {};
        return {};
    }
    const std::size_t end = std::min(line.find_first_of(" =", begin), line.size());
    const std::string_view word = line.substr(begin, end - begin);
    line.remove_prefix(end);
    return Poco::toUpper(std::string(word));
}

void readLogins(std::string_view names, SmtpExtensions& extensions) {
    for (std::string name = nextWord(names); !name.empty(); name = nextWord(names)) {
        if (name == "PLAIN") extensions.authPlain = true;
        if (name == "LOGIN") extensions.authLogin = true;
    }
}

void readLine(std::string_view line, SmtpExtensions& extensions) {
    const std::string name = nextWord(line);
    if (name == "PIPELINING") extensions.pipelining = true;
    if (name == "STARTTLS") extensions.startTls = true;
    if (name == "AUTH") readLogins(line, extensions);
    if (name == "SIZE") {
        extensions.size = true;
        const std::string limit = nextWord(line);
        // A number too large for 64 bits is no limit: maxSize stays 0.
        std::from_chars(limit.data(), limit.data() + limit.size(), extensions.maxSize);
    }
}

}  // namespace

SmtpExtensions parseExtensions(const SmtpReply& hello) {
    SmtpExtensions extensions;
    std::string_view rest = hello.text;
    // The first line is the server's name.
    for (std::size_t end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
        rest.remove_prefix(end + 1);
        readLine(rest.substr(0, rest.find('\n')), extensions);
    }
    return extensions;
}

}  // namespace errand::mail
