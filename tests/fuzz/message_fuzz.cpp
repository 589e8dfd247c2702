// SPDX-License-Identifier: Apache-2.0
// Any address, subject and contents (0xFF between them) into the mail builder: what comes out has
// exactly the header lines that belong there, and a reader gets back what went in.
#include <algorithm>
#include <map>
#include <stdexcept>
#include <string>

#include "base/json.h"
#include "fuzz/require.h"
#include "mail/decoded_message.h"
#include "mail/message.h"
#include "rpc/error.h"

namespace errand::fuzz {
namespace {

constexpr std::size_t longestLine = 998;

// That it is ASCII in lines of CR LF, none too long.
void checkLines(std::string_view text) {
    require(text.ends_with("\r\n"), "the last line is ended");
    while (!text.empty()) {
        const std::size_t end = text.find("\r\n");
        const std::string_view line = text.substr(0, end);
        require(line.size() <= longestLine, "no line is too long", line);
        require(
            std::ranges::all_of(line, [](char c) { return (c >= ' ' && c <= '~') || c == '\t'; }),
            "a line is printable ASCII", line);
        text.remove_prefix(end + 2);
    }
}

void checkHeader(const mail::DecodedMessage& decoded, const mail::Message& message) {
    std::string names;
    for (const auto& header : decoded.headers) names += header.first + ' ';
    require(names ==
                "Content-Transfer-Encoding Content-Type Date From MIME-Version Message-ID "
                "Subject To ",
            "exactly these headers", names);
    require(decoded.rawHeader("From") == message.from.address, "From is the sender");
    require(decoded.rawHeader("To") == message.to.address, "To is the receiver");
    require(decoded.header("Subject") == message.subject, "the subject comes back");
    for (const char* name : {"Date", "Message-ID", "Content-Type"})
        require(decoded.rawHeader(name).find('\r') == std::string::npos, "one line", name);
}

std::string withPlainLineEnds(const std::string& text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] != '\r' || i + 1 == text.size() || text[i + 1] != '\n') plain += text[i];
    return plain;
}

void checkBody(const mail::DecodedMessage& decoded, const std::string& contents) {
    if (decoded.header("Content-Transfer-Encoding") == "base64")
        return require(decoded.body == contents, "every byte comes back");
    const std::string body = withPlainLineEnds(decoded.body);
    const bool ended = contents.empty() || contents.ends_with('\n');
    require(body == (ended ? contents : contents + '\n'), "the lines come back", body);
}

bool mayBeRefused(const mail::Message& message) {
    return !rpc::parseMailbox(message.to.address) || !base::isUtf8(message.subject) ||
           message.subject.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos;
}

void checkMailbox(std::string_view text) {
    const auto mailbox = rpc::parseMailbox(text);
    if (!mailbox) return;
    require(mailbox->address == text, "an address is taken as it is");
    require(text.size() <= 254 && std::ranges::count(text, '@') == 1, "one @, not too long", text);
    require(std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; }), "plain", text);
    require(text.find_first_of("<>()[]\\,;:\"") == text.npos, "no special character", text);
}

}  // namespace
}  // namespace errand::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace errand;
    using namespace errand::fuzz;
    std::string_view rest = textOf(data, size);
    mail::Message message;
    message.id = *base::Id::parse("0190163d-8694-739b-aea5-966c26f8ad91");
    message.date = *mail::creationTime(message.id);
    message.from.address = "errand@localhost";
    message.to.address = takePart(rest, '\xFF');
    message.subject = takePart(rest, '\xFF');
    message.contents = rest;
    checkMailbox(message.to.address);
    std::string text;
    try {
        text = mail::format(message);
    } catch (const rpc::Error& error) {
        require(mayBeRefused(message), "only what could break out is refused", error.what());
        return 0;
    }
    require(!mayBeRefused(message), "what could break out is refused", text);
    checkLines(text);
    const mail::DecodedMessage decoded = mail::decode(text);
    checkHeader(decoded, message);
    checkBody(decoded, message.contents);
    return 0;
}
