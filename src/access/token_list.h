// SPDX-License-Identifier: Apache-2.0
// token_list.h reads the file of tokens, and changes it so that whoever reads it at the same time
// sees all of the old or all of the new.
//
// Threads: functions without state; of several processes that change one file, one does so at a
//          time.
// Owns: nothing.
// Errors: Poco::FileException, one line that names the file, the line and what is wrong, and
//         repeats nothing of what stands there.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "access/token.h"
#include "base/private_file.h"

namespace errand::access {

struct TokenList {
    std::vector<Token> tokens;  // in the order of the file
    base::FileStamp stamp;      // of the file that was read
};

// One token a line; blank lines and those that begin with # are skipped. No name and no id stands
// twice. `path` is for the words of errors.
std::vector<Token> parseTokens(std::string_view contents, const std::string& path);

// Refuses a file that others than its owner may read or write: it says who may do what.
TokenList readTokens(const std::string& path);

// Adds a line to the file, which is created where missing; false: the name is taken.
bool addToken(const std::string& path, const Token& token);

// Takes the token's line out and leaves all others as they are; false: there is no such name.
bool removeToken(const std::string& path, std::string_view name);

}  // namespace errand::access
