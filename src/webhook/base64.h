// SPDX-License-Identifier: Apache-2.0
// base64 reads and writes RFC 4648 text in one line, for secrets and signatures.
//
// Threads: pure functions.
// Owns: nothing.
// Errors: fromBase64 answers nullopt for text that is none.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace errand::webhook {

std::string toBase64(std::string_view bytes);

// The padding at the end may be left out, as some receivers' tools do.
std::optional<std::string> fromBase64(std::string_view text);

}  // namespace errand::webhook
