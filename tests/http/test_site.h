// SPDX-License-Identifier: Apache-2.0
// TestSite answers requests through the real route table and handlers, without a socket.
//
// Threads: one.
// Owns: the fakes, and a directory for the web root.
// Errors: none.
#pragma once

#include <cppunit/extensions/HelperMacros.h>

#include <fstream>
#include <string>
#include <string_view>

#include <Poco/TemporaryFile.h>

#include "base/json.h"
#include "http/access_control.h"
#include "http/api_document.h"
#include "http/audit.h"
#include "http/fake_jobs.h"
#include "http/fake_services.h"
#include "http/job_quotas.h"
#include "http/request_metrics.h"
#include "http/request_parser.h"
#include "http/respond.h"
#include "http/site.h"

namespace errand::http {

struct TestSite {
    explicit TestSite(const AccessSettings& settings = {}, const std::vector<JobRate>& rates = {})
        : access(settings, false, clock), quotas(rates) {
        root.createDirectories();
    }

    void writeFile(const std::string& name, const std::string& content) const {
        std::ofstream(root.path() + '/' + name, std::ios::binary) << content;
    }

    // Sends a head (its fields ended by CR LF) and a body.
    Response send(const std::string& line, const std::string& fields, std::string_view body) {
        text = line + " HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n";
        RequestParser parser(16384, 8192);
        CPPUNIT_ASSERT(parser.parse(text) == Parsed::done);
        return responder.respond(responder.plan(parser.head(), "192.0.2.1"), parser.head(), body);
    }

    Response ask(const std::string& line) { return send(line, "", ""); }

    Response post(const std::string& path, std::string_view json) {
        return send("POST " + path,
                    "Content-Type: application/json\r\nContent-Length: " +
                        std::to_string(json.size()) + "\r\n",
                    json);
    }

    // Stores a job; its id.
    std::string submit() {
        return base::Json::parse(post("/jobs", R"({"operation":"sum","value":1,"other":2})").body)
            .find("id")
            ->asString();
    }

    FixedClock clock;
    FakeJobs jobs;
    FakeCatalogue services;
    Poco::TemporaryFile root;
    StaticFiles files{root.path()};
    ApiDocument document{services.catalogue};
    AccessControl access;
    Audit audit;
    JobQuotas quotas;
    RequestMetrics requests;
    Site site{jobs, services.catalogue, clock, files, document, access, audit, quotas, requests};
    Responder responder{site};
    std::string text;
};

inline bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

inline void assertContains(std::string_view part, std::string_view text,
                           const CppUnit::SourceLine& line) {
    CppUnit::Asserter::failIf(!contains(text, part),
                              "'" + std::string(part) + "' is not in: " + std::string(text), line);
}

#define ASSERT_CONTAINS(part, text) errand::http::assertContains(part, text, CPPUNIT_SOURCELINE())

}  // namespace errand::http
