// SPDX-License-Identifier: Apache-2.0
#include "http/prefer.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>

namespace errand::http {
namespace {

// A field's value, read from its front.
class Reader {
public:
    explicit Reader(std::string_view text) : rest_(text) {}

    bool atEnd() const noexcept { return rest_.empty(); }

    bool take(char c) noexcept {
        skipBlanks();
        if (!rest_.starts_with(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }

    std::string_view takeToken() noexcept {
        skipBlanks();
        std::size_t size = 0;
        while (size < rest_.size() && isTokenCharacter(rest_[size])) ++size;
        const auto token = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return token;
    }

    // A token or a quoted string, without its quotes; false: neither.
    bool takeWord(std::string& word) {
        skipBlanks();
        if (!rest_.starts_with('"')) {
            word = takeToken();
            return true;  // none is the same as an empty one
        }
        for (std::size_t i = 1; i < rest_.size(); ++i) {
            if (rest_[i] == '"') {
                rest_.remove_prefix(i + 1);
                return true;
            }
            if (rest_[i] == '\\' && ++i == rest_.size()) break;
            word += rest_[i];
        }
        rest_ = {};
        return false;
    }

    // Goes behind the next comma that stands in no quoted string.
    void skipItem() {
        std::string ignored;
        while (!rest_.empty() && rest_.front() != ',') {
            if (rest_.front() == '"')
                takeWord(ignored);
            else
                rest_.remove_prefix(1);
        }
        take(',');
    }

private:
    void skipBlanks() noexcept {
        while (rest_.starts_with(' ') || rest_.starts_with('\t')) rest_.remove_prefix(1);
    }

    std::string_view rest_;
};

struct Preference {
    std::string_view name;
    std::string value;
};

// One item of the list; false: it is malformed. Its parameters are read for their form alone: none
// of the preferences known here has any.
bool readItem(Reader& reader, Preference& into) {
    into.name = reader.takeToken();
    if (into.name.empty()) return false;
    if (reader.take('=') && !reader.takeWord(into.value)) return false;
    while (reader.take(';')) {
        std::string ignored;
        if (reader.takeToken().empty()) continue;
        if (reader.take('=') && !reader.takeWord(ignored)) return false;
    }
    return reader.atEnd() || reader.take(',');
}

std::optional<std::chrono::seconds> readWait(const std::string& digits,
                                             std::chrono::seconds longest) {
    if (digits.empty() || !std::ranges::all_of(digits, isDigit)) return std::nullopt;
    std::int64_t seconds = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
    if (read.ec == std::errc::result_out_of_range) return longest;
    return std::min(longest, std::chrono::seconds(seconds));
}

}  // namespace

Preferences readPreferences(const Head& head, std::chrono::seconds longest) {
    Preferences preferences;
    bool waitRead = false;
    bool asyncRead = false;
    for (const Field& field : head.fields) {
        if (!sameName(field.name, "Prefer")) continue;
        for (Reader reader(field.value); !reader.atEnd();) {
            Preference preference;
            if (!readItem(reader, preference)) {
                reader.skipItem();
                continue;
            }
            if (sameName(preference.name, "wait") && !waitRead) {
                waitRead = true;
                preferences.wait = readWait(preference.value, longest);
            } else if (sameName(preference.name, "respond-async") && !asyncRead) {
                asyncRead = true;
                preferences.respondAsync = preference.value.empty();
            }
        }
    }
    return preferences;
}

}  // namespace errand::http
