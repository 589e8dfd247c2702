// SPDX-License-Identifier: Apache-2.0
// NoteTask writes what became known of running jobs' calls, so that whoever polls a long one sees
// it and a later run finds its calls again; TouchTask tries whether a store that refused can be
// written again.
//
// Threads: made on the dispatcher's thread, runs on the writer's.
// Owns: its list.
// Errors: none; a note that is not written is written with the outcome.
#pragma once

#include <cstdint>
#include <vector>

#include "jobs/core.h"

namespace errand::jobs {

class NoteTask : public store::Task {
public:
    explicit NoteTask(Core& core) : core_(core) {}

    void add(std::int64_t sequence, std::int64_t claim, CallNote note) {
        notes_.push_back({sequence, claim, std::move(note)});
    }
    bool empty() const noexcept { return notes_.empty(); }

    void apply() override {
        for (const Note& note : notes_) {
            core_.jobs.note(note.sequence, note.claim, note.known);
        }
    }
    void committed() noexcept override {}
    void failed(const store::StoreError&) noexcept override {}

private:
    struct Note {
        std::int64_t sequence;
        std::int64_t claim;
        CallNote known;
    };

    Core& core_;
    std::vector<Note> notes_;
};

// How readyz learns that there is room again while nobody submits.
class TouchTask : public store::Task {
public:
    explicit TouchTask(Core& core) : core_(core) {}
    void apply() override { core_.jobs.touch(); }
    void committed() noexcept override {}
    void failed(const store::StoreError&) noexcept override {}

private:
    Core& core_;
};

}  // namespace errand::jobs
