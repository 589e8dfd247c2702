// SPDX-License-Identifier: Apache-2.0
#include "http/static_files.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

namespace errand::http {
namespace {

namespace fs = std::filesystem;

// A file is held in memory while it is sent; nothing the server has is a tenth of this.
constexpr std::uintmax_t maxFileBytes = 16 << 20;

constexpr std::array<std::pair<std::string_view, std::string_view>, 13> contentTypes = {{
    {".html", "text/html; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".json", "application/json"},
    {".map", "application/json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".webmanifest", "application/manifest+json"},
    {".txt", "text/plain; charset=utf-8"},
    {".md", "text/markdown; charset=utf-8"},
}};

std::string_view typeOf(const fs::path& path) {
    const std::string suffix = path.extension().string();
    for (const auto& [known, type] : contentTypes)
        if (known == suffix) return type;
    return "application/octet-stream";
}

// Whether every segment is an ordinary name. A leading dot is "..", or what an editor or a version
// control system left behind: no page refers to either.
bool isPlain(std::string_view path) {
    if (path.empty() || path.front() != '/') return false;
    if (path.find('\0') != std::string_view::npos || path.find('\\') != std::string_view::npos)
        return false;
    return path.find("//") == std::string_view::npos && path.find("/.") == std::string_view::npos;
}

bool isWithin(const fs::path& path, const fs::path& root) {
    return std::mismatch(root.begin(), root.end(), path.begin(), path.end()).first == root.end();
}

std::string hex(std::uintmax_t number) {
    std::string text;
    do {
        text.insert(text.begin(), "0123456789abcdef"[number & 15]);
        number >>= 4;
    } while (number != 0);
    return text;
}

}  // namespace

std::optional<StaticFiles::File> StaticFiles::find(std::string_view path) const {
    if (!isPlain(path)) return std::nullopt;
    std::string name(path.substr(1));
    if (name.empty() || name.back() == '/') name += "index.html";
    // Of Swagger UI's package just these: it has pages and settings of its own.
    for (const char* file : {"swagger-ui.css", "swagger-ui-bundle.js"})
        if (name == std::string("apidocs/") + file) return findIn(swaggerUi_, file);
    return findIn(root_, name);
}

std::optional<StaticFiles::File> StaticFiles::findIn(const fs::path& folder,
                                                     const std::string& name) {
    std::error_code error;
    const fs::path root = fs::canonical(folder, error);
    if (error) return std::nullopt;
    const fs::path file = fs::canonical(root / name, error);
    if (error || !isWithin(file, root) || !fs::is_regular_file(file, error)) return std::nullopt;
    const auto size = fs::file_size(file, error);
    if (error || size > maxFileBytes) return std::nullopt;
    const auto written = fs::last_write_time(file, error);
    if (error) return std::nullopt;
    using std::chrono::file_clock;
    const auto second = std::chrono::floor<std::chrono::seconds>(file_clock::to_sys(written));
    const auto stamp = static_cast<std::uintmax_t>(written.time_since_epoch().count());
    return File{file, '"' + hex(size) + '-' + hex(stamp) + '"', second, typeOf(file)};
}

std::optional<std::string> StaticFiles::read(const File& file) const {
    std::ifstream in(file.path, std::ios::binary);
    if (!in) return std::nullopt;
    std::string content{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    if (in.bad()) return std::nullopt;
    return content;
}

}  // namespace errand::http
