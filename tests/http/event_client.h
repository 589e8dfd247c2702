// SPDX-License-Identifier: Apache-2.0
// EventClient is a Client that reads the events of a stream.
//
// Threads: one.
// Owns: its connection.
// Errors: as Client's.
#pragma once

#include <string>
#include <string_view>

#include "http/test_server.h"

namespace errand::http {

struct Event {
    std::string id;
    std::string name;
    std::string data;

    std::string title() const { return id + ' ' + name; }
};

class EventClient : public Client {
public:
    using Client::Client;

    // Of the stream; read once, before the first event where nobody asks for it.
    const Answer& head() {
        if (head_.status == 0) head_ = receive();
        return head_;
    }

    // The next event. Comments and what has no data are none.
    Event next() {
        head();
        while (true) {
            std::size_t end = 0;
            while ((end = received_.find("\n\n")) == std::string::npos) more();
            const std::string block = received_.substr(0, end + 1);
            received_.erase(0, end + 2);
            Event event;
            event.id = field(block, "id: ");
            event.name = field(block, "event: ");
            event.data = field(block, "data: ");
            if (!event.data.empty()) return event;
        }
    }

    // Reads on behind the next place where that text stands.
    void waitForText(std::string_view text) {
        head();
        std::size_t at = 0;
        while ((at = received_.find(text)) == std::string::npos) more();
        received_.erase(0, at + text.size());
    }

private:
    static std::string field(const std::string& block, std::string_view name) {
        const auto at = ('\n' + block).find('\n' + std::string(name));
        if (at == std::string::npos) return {};
        const auto begin = at + name.size();
        return block.substr(begin, block.find('\n', begin) - begin);
    }

    Answer head_;
};

}  // namespace errand::http
