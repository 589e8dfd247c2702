// SPDX-License-Identifier: Apache-2.0
#include "access/token_list.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <Poco/Exception.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <system_error>

#include "base/system.h"

namespace errand::access {
namespace {

// A hundred thousand tokens; what is larger is another file that somebody named by mistake.
constexpr std::size_t mostBytes = 16U << 20;

[[noreturn]] void refuse(const std::string& path, const std::string& reason) {
    throw Poco::FileException(path + ": " + reason);
}

[[noreturn]] void refuse(const std::string& path, const char* what, int error) {
    refuse(path, std::string("cannot be ") + what + ": " + std::generic_category().message(error));
}

FileStamp stampOf(const struct stat& info) {
    const auto inNs = [](const timespec& time) {
        return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
    };
    return {info.st_dev, info.st_ino, info.st_size, inNs(info.st_mtim), inNs(info.st_ctim)};
}

class OpenFile {
public:
    // Opening what is no file, a pipe perhaps, does not wait.
    OpenFile(const std::string& path, int flags)
        : file_(::open(path.c_str(), flags | O_CLOEXEC | O_NONBLOCK, 0600)) {
        if (file_ < 0) refuse(path, "opened", errno);
    }
    ~OpenFile() { ::close(file_); }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;

    int get() const noexcept { return file_; }

private:
    int file_;
};

struct Contents {
    std::string text;
    struct stat info {};
};

Contents readContents(const OpenFile& file, const std::string& path) {
    Contents contents;
    if (::fstat(file.get(), &contents.info) != 0) refuse(path, "examined", errno);
    if (!S_ISREG(contents.info.st_mode)) refuse(path, "is no file");
    if ((contents.info.st_mode & 077) != 0) {
        refuse(path, "may be read or written by others than its owner; chmod 600 makes it private");
    }
    char part[8192];
    for (;;) {
        const ssize_t count = ::read(file.get(), part, sizeof part);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) refuse(path, "read", errno);
        if (count == 0) return contents;
        contents.text.append(part, static_cast<std::size_t>(count));
        if (contents.text.size() > mostBytes) refuse(path, "has more than 16 MiB");
    }
}

bool isToken(std::string_view line) {
    return line.find_first_not_of(" \t\r") != line.npos && !line.starts_with('#');
}

using Visit = std::function<void(std::string_view line, std::size_t number)>;

void forEachLine(std::string_view contents, const Visit& visit) {
    for (std::size_t number = 1; !contents.empty(); ++number) {
        const std::size_t end = std::min(contents.find('\n'), contents.size());
        visit(contents.substr(0, end), number);
        contents.remove_prefix(std::min(end + 1, contents.size()));
    }
}

// The file, held against other processes that would change it.
class HeldFile {
public:
    HeldFile(const std::string& path, int flags) {
        // Whoever held it before may have put another file in its place meanwhile.
        do {
            file_.emplace(path, O_RDWR | flags);
            while (::flock(file_->get(), LOCK_EX) != 0) {
                if (errno != EINTR) refuse(path, "locked", errno);
            }
        } while (!stands(path));
    }

    const OpenFile& file() const noexcept { return *file_; }

private:
    bool stands(const std::string& path) const {
        struct stat here {};
        struct stat there {};
        return ::fstat(file_->get(), &here) == 0 && ::stat(path.c_str(), &there) == 0 &&
               here.st_ino == there.st_ino && here.st_dev == there.st_dev;
    }

    std::optional<OpenFile> file_;
};

// REQUIRES that the file is held: then a half made one beside it is of a process that died.
void replace(const std::string& path, const std::string& text, const struct stat& old) {
    const std::string half = path + ".new";
    std::error_code error;
    std::filesystem::remove(half, error);
    base::writeDurably(half, text, base::Readers::owner);
    // What root changes must stay readable for the server's user.
    if (old.st_uid != ::geteuid() && ::chown(half.c_str(), old.st_uid, old.st_gid) != 0) {
        const int reason = errno;
        std::filesystem::remove(half, error);
        refuse(half, "given to the owner of the file", reason);
    }
    std::filesystem::rename(half, path, error);
    if (error) refuse(path, "replaced", error.value());
    const auto directory = std::filesystem::path(path).parent_path();
    base::syncDirectory(directory.empty() ? "." : directory.string());
}

// A symbolic link stays one: the server may know the file by its own name.
std::string targetOf(const std::string& path) {
    std::error_code error;
    const auto target = std::filesystem::canonical(path, error);
    return error ? path : target.string();
}

bool holds(const std::vector<Token>& tokens, std::string_view name) {
    return std::ranges::any_of(tokens, [&](const Token& t) { return t.identity.name == name; });
}

}  // namespace

FileStamp stampOf(const std::string& path) {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) refuse(path, "found", errno);
    return stampOf(info);
}

std::vector<Token> parseTokens(std::string_view contents, const std::string& path) {
    std::vector<Token> tokens;
    std::set<std::string> names;
    std::set<std::string> ids;
    forEachLine(contents, [&](std::string_view line, std::size_t number) {
        if (!isToken(line)) return;
        const std::string place = "line " + std::to_string(number) + ": ";
        try {
            tokens.push_back(parseTokenLine(line));
        } catch (const Poco::SyntaxException& reason) {
            refuse(path, place + reason.message());
        }
        if (!names.insert(tokens.back().identity.name).second) {
            refuse(path, place + "a token of that name stands above");
        }
        if (!ids.insert(tokens.back().id).second) {
            refuse(path, place + "a token of that id stands above");
        }
    });
    return tokens;
}

TokenList readTokens(const std::string& path) {
    const Contents contents = readContents(OpenFile(path, O_RDONLY), path);
    return {parseTokens(contents.text, path), stampOf(contents.info)};
}

bool addToken(const std::string& path, const Token& token) {
    const std::string target = targetOf(path);
    const HeldFile held(target, O_CREAT);
    Contents contents = readContents(held.file(), path);
    if (holds(parseTokens(contents.text, path), token.identity.name)) return false;
    if (!contents.text.empty() && !contents.text.ends_with('\n')) contents.text += '\n';
    contents.text += token.line() + '\n';
    replace(target, contents.text, contents.info);
    return true;
}

bool removeToken(const std::string& path, std::string_view name) {
    const std::string target = targetOf(path);
    const HeldFile held(target, 0);
    const Contents contents = readContents(held.file(), path);
    if (!holds(parseTokens(contents.text, path), name)) return false;
    std::string text;
    forEachLine(contents.text, [&](std::string_view line, std::size_t) {
        if (isToken(line) && parseTokenLine(line).identity.name == name) return;
        text.append(line) += '\n';
    });
    replace(target, text, contents.info);
    return true;
}

}  // namespace errand::access
