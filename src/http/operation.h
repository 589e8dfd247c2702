// SPDX-License-Identifier: Apache-2.0
// Operation is what the API document says of a route beside its method, path and text. The names in
// it are looked up: those of bodies in api_schemas.cpp, parameters and fields in api_parts.cpp.
//
// Threads: plain data.
// Owns: nothing; its texts are literals.
// Errors: n/a; a test finds names that are not there.
#pragma once

namespace errand::http {

struct Answer {
    int status = 0;
    const char* body = nullptr;  // null: a problem from 400 on, otherwise nothing
    const char* fields[6] = {};  // of its head, that it may have; null ends them
    const char* text = nullptr;  // null: what the status says by itself
};

// What every route may answer besides is added to each: see api_document.cpp.
struct Operation {
    const char* name = nullptr;  // null: a page, which is no part of the API
    const char* tag = nullptr;
    const char* body = nullptr;       // what it takes; null: nothing
    const char* parameters[20] = {};  // of the query and the head; those of the path are known
    Answer answers[10] = {};          // two of one status: either body
};

}  // namespace errand::http
