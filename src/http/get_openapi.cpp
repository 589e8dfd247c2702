// SPDX-License-Identifier: Apache-2.0
#include "http/api_document.h"
#include "http/etag.h"
#include "http/site.h"

namespace errand::http {

Response getOpenApi(const Site& site, const Request& request) {
    Response response;
    response.cacheable = true;
    response.addField("Cache-Control", "no-cache");  // kept, but asked about: another version shows
    response.addField("ETag", site.document.etag());
    if (IfNoneMatch(request.head).names(site.document.etag()))
        response.status = 304;
    else
        response.body = site.document.text();
    return response;
}

// The page's own links are relative to the folder.
Response getApidocs(const Site&, const Request&) {
    Response response;
    response.status = 301;
    response.contentType = textType;
    response.body = "The API's page is at /apidocs/\n";
    response.addField("Location", "/apidocs/");
    return response;
}

}  // namespace errand::http
