// SPDX-License-Identifier: Apache-2.0
// Any bytes as what a mail server says: replies are read the same however the bytes arrive, and
// what is shown of them is one printable line of bounded length.
#include <algorithm>
#include <string>
#include <vector>

#include "fuzz/require.h"
#include "mail/smtp_failure.h"
#include "mail/smtp_reply.h"

namespace errand::fuzz {
namespace {

using mail::SmtpReply;

bool isShown(std::string_view text) {
    return text.size() <= 600 &&
           std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

struct Dialogue {
    std::vector<SmtpReply> replies;
    std::string trouble;

    bool operator==(const Dialogue& other) const {
        return trouble == other.trouble &&
               std::ranges::equal(replies, other.replies, [](const auto& a, const auto& b) {
                   return a.code == b.code && a.text == b.text;
               });
    }
};

void checkReply(const SmtpReply& reply) {
    require(reply.code >= 200 && reply.code <= 599, "a code of three digits");
    require(reply.text.find('\r') == std::string::npos, "no CR in a text", reply.text);
    require(reply.text.size() < mail::maxReplyBytes, "a text has a limit");
    const std::string words = mail::inWords(reply);
    require(isShown(words), "the words can be shown", words);
    require(words.starts_with(std::to_string(reply.code)), "and begin with the code", words);
}

// Reads all replies, the bytes arriving in pieces of that length.
Dialogue read(std::string_view bytes, std::size_t piece) {
    Dialogue dialogue;
    std::size_t arrived = 0;
    try {
        while (true) {
            SmtpReply reply;
            const std::size_t used = mail::parseReply(bytes.substr(0, arrived), reply);
            require(used <= arrived, "only what has arrived is used");
            if (used > 0) {
                checkReply(reply);
                dialogue.replies.push_back(reply);
                bytes.remove_prefix(used);
                arrived -= used;
            } else if (arrived < bytes.size()) {
                arrived = std::min(bytes.size(), arrived + piece);
            } else {
                return dialogue;
            }
        }
    } catch (const mail::SmtpTrouble& trouble) {
        dialogue.trouble = "garbled";
        require(trouble.cause() == mail::SmtpCause::garbled, "what cannot be read is garbled");
        require(isShown(trouble.what()), "the words can be shown", trouble.what());
        return dialogue;
    }
}

}  // namespace
}  // namespace errand::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace errand::fuzz;
    const std::string_view bytes = textOf(data, size);
    const Dialogue whole = read(bytes, size + 1);
    require(whole == read(bytes, 1 + size / 7), "pieces make no difference");
    require(whole == read(bytes, 3), "little pieces neither");
    return 0;
}
