// SPDX-License-Identifier: Apache-2.0
#include "access/forwarded.h"

#include <Poco/String.h>

#include <algorithm>
#include <string>
#include <utility>

namespace errand::access {
namespace {

using base::IpAddress;

constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view digits = "0123456789";

bool consistsOf(std::string_view text, std::string_view characters, std::string_view more = {}) {
    return !text.empty() && std::ranges::all_of(text, [&](char c) {
        return characters.find(c) != characters.npos || digits.find(c) != digits.npos ||
               more.find(c) != more.npos;
    });
}

std::string_view trim(std::string_view text) {
    constexpr std::string_view blanks = " \t";
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    return text.substr(0, text.find_last_not_of(blanks) + 1);
}

bool sameWord(std::string_view one, const char* other) {
    return Poco::icompare(std::string(one), other) == 0;
}

// ":8080", ":_hidden" or nothing.
bool isPort(std::string_view text) {
    if (text.empty()) return true;
    if (text[0] != ':') return false;
    text.remove_prefix(1);
    if (text.starts_with('_')) return consistsOf(text.substr(1), letters, "._-");
    return text.size() <= 5 && consistsOf(text, digits);
}

// An address with or without a port; "unknown" and names such as _hidden are none.
std::optional<IpAddress> parseNode(std::string_view text) {
    if (text.starts_with('[')) {
        const std::size_t end = text.find(']');
        if (end == text.npos || !isPort(text.substr(end + 1))) return std::nullopt;
        const std::string_view inner = text.substr(1, end - 1);
        return inner.find(':') == inner.npos ? std::nullopt : IpAddress::parse(inner);
    }
    if (const auto address = IpAddress::parse(text)) return address;
    const std::size_t colon = std::min(text.find(':'), text.size());
    return isPort(text.substr(colon)) ? IpAddress::parse(text.substr(0, colon)) : std::nullopt;
}

std::optional<bool> parseProtocol(std::string_view text) {
    if (sameWord(text, "https")) return true;
    if (sameWord(text, "http")) return false;
    return std::nullopt;
}

// The field Forwarded, read from its front.
class Reader {
public:
    explicit Reader(std::string_view text) : rest_(text) { skipBlanks(); }

    bool atEnd() const { return rest_.empty(); }

    bool take(char c) {
        if (!rest_.starts_with(c)) return false;
        rest_.remove_prefix(1);
        skipBlanks();
        return true;
    }

    // "name=value"; false: it is malformed.
    bool takePair(std::string& name, std::string& value) {
        name = takeWord(tokenMarks);
        return !name.empty() && take('=') && takeValue(value);
    }

private:
    // What tokens are made of besides letters and digits (RFC 9110, section 5.6.2).
    static constexpr std::string_view tokenMarks = "!#$%&'*+-.^_`|~";
    // Many proxies write an address with its port, or one of IPv6, without the quotes.
    static constexpr std::string_view valueMarks = "!#$%&'*+-.^_`|~:[]";

    void skipBlanks() { rest_ = trim(rest_); }

    std::string_view takeWord(std::string_view marks) {
        std::size_t size = 0;
        while (size < rest_.size() && consistsOf(rest_.substr(size, 1), letters, marks)) ++size;
        const std::string_view word = rest_.substr(0, size);
        rest_.remove_prefix(size);
        skipBlanks();
        return word;
    }

    bool takeValue(std::string& value) {
        if (!rest_.starts_with('"')) {
            value = takeWord(valueMarks);
            return !value.empty();
        }
        value.clear();
        for (std::size_t i = 1; i < rest_.size(); ++i) {
            if (rest_[i] == '"') {
                rest_.remove_prefix(i + 1);
                skipBlanks();
                return true;
            }
            if (rest_[i] == '\\' && ++i == rest_.size()) return false;
            value += rest_[i];
        }
        return false;
    }

    std::string_view rest_;
};

// What one proxy said; false: it is malformed, or says a thing twice.
bool readHop(Reader& reader, Hop& hop) {
    bool hasFor = false;
    bool hasProtocol = false;
    std::string name;
    std::string value;
    do {
        if (!reader.takePair(name, value)) return false;
        if (sameWord(name, "for")) {
            if (std::exchange(hasFor, true)) return false;
            hop.from = parseNode(value);
        } else if (sameWord(name, "proto")) {
            if (std::exchange(hasProtocol, true)) return false;
            hop.secure = parseProtocol(value);
        }
    } while (reader.take(';'));
    return true;
}

std::vector<std::string_view> itemsOf(std::string_view list) {
    std::vector<std::string_view> items;
    for (;;) {
        const std::size_t comma = list.find(',');
        const std::string_view item = trim(list.substr(0, comma));
        if (!item.empty()) items.push_back(item);
        if (comma == list.npos) return items;
        list.remove_prefix(comma + 1);
    }
}

}  // namespace

std::vector<Hop> parseForwarded(std::string_view text) {
    std::vector<Hop> hops;
    Reader reader(text);
    while (!reader.atEnd()) {
        if (reader.take(',')) continue;  // an empty item, or the one before has ended
        Hop hop;
        // Where one ends and the next begins cannot be told any more.
        if (!readHop(reader, hop)) return {};
        if (!reader.atEnd() && !reader.take(',')) return {};
        hops.push_back(hop);
    }
    return hops;
}

std::vector<Hop> parseForwardedFor(std::string_view addresses, std::string_view protocols) {
    const std::vector<std::string_view> from = itemsOf(addresses);
    const std::vector<std::string_view> protocol = itemsOf(protocols);
    std::vector<Hop> hops(from.size());
    for (std::size_t i = 0; i < from.size(); ++i) hops[i].from = parseNode(from[i]);
    if (protocol.empty()) return hops;
    if (hops.empty()) hops.emplace_back();  // who asked is not said, but how
    const bool paired = protocol.size() == hops.size();
    for (std::size_t i = 0; i < hops.size(); ++i) {
        hops[i].secure = parseProtocol(paired ? protocol[i] : protocol.back());
    }
    return hops;
}

}  // namespace errand::access
