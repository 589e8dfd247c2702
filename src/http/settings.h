// SPDX-License-Identifier: Apache-2.0
// Settings are the HTTP side's limits and times; every wait and every size has one.
//
// Threads: n/a (plain data).
// Owns: n/a (plain data).
// Errors: n/a (plain data).
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "base/quota.h"

namespace errand::http {

struct TlsFiles {
    std::string certificate;  // PEM, with the chain behind it; empty: no TLS
    std::string key;          // PEM, without a passphrase; empty: it is in the certificate's file
    std::string clientCa;     // PEM; empty: clients need no certificate

    bool any() const noexcept { return !certificate.empty(); }
};

// Jobs of one service that each token, or each address without one, may submit.
struct JobRate {
    std::string service;
    base::Rate rate;
};

struct AccessSettings {
    std::string tokens;                    // a file; empty: whoever reaches the server may do all
    std::vector<std::string> hosts;        // what it may be called in Host; empty: anything
    std::vector<std::string> corsOrigins;  // whose pages may ask: "https://app.example.com"
    std::vector<std::string> trustedProxies;  // networks, as access::Proxies takes them
    bool rfc7239 = false;       // they say Forwarded, else X-Forwarded-For and X-Forwarded-Proto
    base::Rate requests;        // of each token, or of each address without one
    std::vector<JobRate> jobs;  // of those services that have a limit, each once
};

struct Settings {
    std::string host = "127.0.0.1";
    int port = 5000;  // 0: any that is free
    TlsFiles tls;
    AccessSettings access;
    int threads = 64;
    std::size_t maxBodyBytes = 1048576;
    std::size_t maxArrayBytes = 4194304;  // of a body that is an array of jobs, where that is more
    std::string root = "web";
    bool accessLog = false;           // a line of the log for each request
    std::string swaggerUi;            // directory of the files that /apidocs/ loads
    std::vector<std::string> hosted;  // the services that this node runs

    // Open at a time, beside those of maxStreams. Each costs a descriptor and, at rest, a few
    // hundred bytes. Beyond, one that rests is closed for one that comes.
    std::size_t maxConnections = 20000;
    // Who has waited so long for a thread is refused: others have too, and a client that has given
    // up asks again.
    std::chrono::milliseconds maxQueueTime{5000};

    std::size_t maxHeaderBytes = 16384;
    std::size_t maxTargetBytes = 8192;
    std::chrono::milliseconds headerDeadline{10000};  // also the head start of a slow body
    std::size_t minBodyRate = 1024;                   // bytes a second, both ways
    std::chrono::milliseconds idleTimeout{60000};     // between two requests

    // While all threads are busy and others wait, a peer that dawdles has only this left of
    // headerDeadline: two lost packets are sent again within it. Where several wait for each
    // thread it is divided among them, so that dawdlers cannot hold up a full queue for long.
    std::chrono::milliseconds crowdedDeadline{1000};

    // How long one receive or send blocks: how long a connection that says nothing keeps its
    // thread, and how soon one in the midst of a body sees that others wait. A client that asks
    // again as soon as it is answered does so within it.
    std::chrono::milliseconds slice{20};

    // How long the rest of a refused request is thrown away, so that the refusal is read.
    std::chrono::milliseconds linger{2000};

    // The longest that an answer is waited for (Prefer: wait), below the patience of most proxies.
    std::chrono::seconds maxWait{60};

    // Clients that wait for an answer or for events, without a thread. Each costs a descriptor and,
    // at rest, a few hundred bytes.
    std::size_t maxStreams = 10000;

    // How often a stream that has nothing to say shows that it is there: proxies end a connection
    // that is silent for half a minute or more.
    std::chrono::milliseconds heartbeat{15000};

    // What a stream's client has not taken yet: beyond these bytes, or when it has taken none for
    // that long, it is cut off; it comes again and is sent what it missed. Beyond those in all, so
    // that ten thousand who hardly read do not fill the memory, each that is behind is cut off.
    std::size_t maxUnsent = 1048576;
    std::size_t maxUnsentInAll = 256UL * 1048576;
    std::chrono::milliseconds stall{30000};

    // How long changes are gathered for the streams of all jobs: a job that is loaded for one of
    // them is loaded for all, and one that changes twice meanwhile, once.
    std::chrono::milliseconds gathering{50};

    // Requests after which a busy connection makes room when others wait.
    int fairShare = 100;
};

}  // namespace errand::http
