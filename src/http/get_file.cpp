// SPDX-License-Identifier: Apache-2.0
#include <Poco/DateTime.h>
#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeParser.h>

#include "http/etag.h"
#include "http/problem.h"
#include "http/site.h"

namespace errand::http {
namespace {

// Only our own scripts, styles, images and requests, and nobody may frame the page: nothing else is
// what the pages need.
constexpr std::string_view pagePolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

// Swagger UI's style sheet holds its pictures, and its scripts write style attributes.
constexpr std::string_view apiPagePolicy =
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; "
    "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

// What a browser may show as a document by itself, with scripts of its own: SVG is one.
bool isPage(std::string_view contentType) {
    return contentType.starts_with("text/html") || contentType.starts_with("image/svg");
}

std::string_view policyFor(std::string_view path) {
    return path.starts_with("/apidocs/") ? apiPagePolicy : pagePolicy;
}

// Whether what the client has is what the file still is. If-None-Match, where given, decides alone.
bool isFresh(const Head& head, const StaticFiles::File& file) {
    if (const IfNoneMatch known(head); known.given()) return known.names(file.etag);
    const auto* since = head.find("If-Modified-Since");
    if (!since) return false;
    Poco::DateTime date;
    int zone = 0;
    if (!Poco::DateTimeParser::tryParse(Poco::DateTimeFormat::HTTP_FORMAT, std::string(*since),
                                        date, zone))
        return false;
    return file.modified.time_since_epoch().count() <= date.timestamp().epochMicroseconds();
}

}  // namespace

Response getFile(const Site& site, const Request& request) {
    const auto file = site.files.find(request.head.path);
    const auto missing = [&] {
        return problem(404, "there is nothing at " + inQuotes(request.head.path));
    };
    if (!file) return missing();
    Response response;
    response.contentType = file->contentType;
    response.addField("ETag", file->etag);
    std::string modified;
    appendHttpDate(modified, file->modified);
    response.addField("Last-Modified", modified);
    response.cacheable = true;
    response.addField("Cache-Control", "no-cache");  // kept, but asked about: updates show at once
    if (isPage(file->contentType)) {
        response.addField("Content-Security-Policy", policyFor(request.head.path));
        // A job's address is nobody else's business.
        response.addField("Referrer-Policy", "no-referrer");
    }
    if (isFresh(request.head, *file)) {
        response.status = 304;
        return response;
    }
    auto content = site.files.read(*file);
    if (!content) return missing();
    response.body = std::move(*content);
    return response;
}

}  // namespace errand::http
