// SPDX-License-Identifier: Apache-2.0
// Without libedit. Earlier lines are the terminal's to bring back, and are not kept in a file.
#include <iostream>

#include "base/system.h"
#include "cli/terminal.h"

namespace errand::cli {
namespace {

class LinePrompt : public LineSource {
public:
    explicit LinePrompt(base::Interrupts& interrupts) : interrupts_(interrupts) {}

    Line next(bool continued) override {
        // Prompts are for the person: out of the way of what is written into a file.
        std::ostream& shown = base::isTerminal(stdout) ? std::cout : std::cerr;
        shown << (continued ? "... " : ">>> ") << std::flush;
        std::string line;
        const bool read = static_cast<bool>(std::getline(std::cin, line));
        if (interrupts_.pressed()) {
            interrupts_.clear();
            std::cin.clear();
            shown << std::endl;
            return {Line::Kind::interrupted, {}};
        }
        if (!read) return {};
        while (line.ends_with('\r')) line.pop_back();
        return {Line::Kind::text, std::move(line)};
    }

private:
    base::Interrupts& interrupts_;
};

}  // namespace

std::unique_ptr<LineSource> terminalLines(const HistoryFile&, base::Interrupts& interrupts) {
    return std::make_unique<LinePrompt>(interrupts);
}

}  // namespace errand::cli
