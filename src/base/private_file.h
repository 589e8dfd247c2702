// SPDX-License-Identifier: Apache-2.0
// private_file.h reads and changes files that are for their owner's eyes alone, such as a list of
// tokens, while other processes do so too.
//
// Threads: the functions may be called from any thread; a HeldFile belongs to one.
// Owns: a HeldFile owns its hold on the file.
// Errors: Poco::FileException, one line that begins with the file; where a function says so, false.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace errand::base {

// What changes when a file does: its place, size, owner, rights or contents.
struct FileStamp {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::int64_t size = -1;
    std::int64_t modifiedNs = 0;
    std::int64_t changedNs = 0;  // rights too, where the system tells

    bool operator==(const FileStamp&) const = default;
};

FileStamp stampOf(const std::string& path);

struct PrivateText {
    std::string text;
    FileStamp stamp;  // of the file that was read
};

// Refuses what is no file, has more than `most` bytes, or may be read or written by others than its
// owner (on Windows, who may is not looked at).
PrivateText readPrivateFile(const std::string& path, std::size_t most);

// A private file, held against other processes that would change it. Whoever only reads sees all of
// the old text or all of the new.
class HeldFile {
public:
    enum class Missing { refused, created };

    // Waits for whoever holds it. A symbolic link is followed, and stays one.
    HeldFile(const std::string& path, Missing missing);
    ~HeldFile();
    HeldFile(const HeldFile&) = delete;
    HeldFile& operator=(const HeldFile&) = delete;

    // As readPrivateFile.
    std::string read(std::size_t most) const;

    // On disk on return. The file keeps its owner; a half made one beside it, PATH.new, is of a
    // process that died.
    void replace(const std::string& text);

private:
    struct Held;
    std::unique_ptr<Held> held_;
};

// Appends to a file, or writes it anew, so that it is for its owner alone; false: not all was
// written. One append is whole whoever else appends.
enum class Write { append, anew };
bool writePrivately(const std::string& path, std::string_view text, Write write) noexcept;

}  // namespace errand::base
