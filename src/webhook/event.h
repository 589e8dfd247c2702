// SPDX-License-Identifier: Apache-2.0
// event.h holds the argument types of webhook.deliver that HTTP must check before a job exists,
// and the body that is made of them.
//
// Threads: plain data; functions without state.
// Owns: n/a (plain data).
// Errors: read throws TypeError or ValueError; check answers with words.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/json.h"
#include "rpc/argument.h"

namespace errand::webhook {

// What happened, from the general to the particular: "job.succeeded".
struct EventName {
    static constexpr std::size_t maxBytes = 128;
    std::string text;
};

// What the receiver tells repetitions by. It has no full stop, which parts it from what follows it
// in the text that is signed.
struct EventId {
    static constexpr std::size_t maxBytes = 128;
    std::string text;
};

// When it happened.
struct EventTime {
    base::Time time;
};

// What is told of it: an object.
struct EventData {
    // So that the whole body stays below the 20 kB that Standard Webhooks recommends.
    static constexpr std::size_t maxBytes = 19'000;
    std::string json;
};

// {"type":NAME,"timestamp":TIME,"data":DATA}
std::string payload(const EventName& name, base::Time time, const EventData& data);

}  // namespace errand::webhook

namespace errand::rpc {

template <>
struct Argument<webhook::EventName> {
    static webhook::EventName read(const base::Json& value);
    static std::optional<std::string> check(const base::Json& value);
    static std::string schema();
    static constexpr bool required = true;
};

template <>
struct Argument<webhook::EventId> {
    static webhook::EventId read(const base::Json& value);
    static std::optional<std::string> check(const base::Json& value);
    static std::string schema();
    static constexpr bool required = true;
};

template <>
struct Argument<webhook::EventTime> {
    static webhook::EventTime read(const base::Json& value);
    static std::optional<std::string> check(const base::Json& value);
    static std::string schema();
    static constexpr bool required = true;
};

template <>
struct Argument<webhook::EventData> {
    static webhook::EventData read(const base::Json& value);
    static std::optional<std::string> check(const base::Json& value);
    static std::string schema();
    static constexpr bool required = true;
};

}  // namespace errand::rpc
