// SPDX-License-Identifier: Apache-2.0
#include "system/faulty_unsynced.h"

#include <algorithm>

namespace errand::tests {

void FaultyUnsynced::note(const std::string& path, sqlite3_file& file, sqlite3_int64 offset,
                          sqlite3_int64 amount) {
    const base::MutexLock lock(mutex_);
    sqlite3_int64 size = 0;
    file.pMethods->xFileSize(&file, &size);
    Changes& changes = files_[path];
    if (changes.file == nullptr) changes.size = size;
    changes.file = &file;
    amount = std::min(amount, size - offset);
    if (amount <= 0) return;  // only appends: the size says what to cut off
    Piece& piece = changes.pieces.emplace_back();
    piece.offset = offset;
    piece.bytes.resize(static_cast<std::size_t>(amount));
    file.pMethods->xRead(&file, piece.bytes.data(), static_cast<int>(amount), offset);
}

void FaultyUnsynced::synced(const std::string& path) {
    const base::MutexLock lock(mutex_);
    files_.erase(path);
}

void FaultyUnsynced::closing(const std::string& path, const sqlite3_file& file) {
    const base::MutexLock lock(mutex_);
    const auto found = files_.find(path);
    if (found != files_.end() && found->second.file == &file) files_.erase(found);
}

void FaultyUnsynced::undo() {
    const base::MutexLock lock(mutex_);
    for (auto& [path, changes] : files_) {
        sqlite3_file& file = *changes.file;
        std::reverse(changes.pieces.begin(), changes.pieces.end());
        for (const Piece& piece : changes.pieces) {
            file.pMethods->xWrite(&file, piece.bytes.data(), static_cast<int>(piece.bytes.size()),
                                  piece.offset);
        }
        file.pMethods->xTruncate(&file, changes.size);
    }
}

}  // namespace errand::tests
