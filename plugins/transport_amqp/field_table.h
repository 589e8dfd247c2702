// SPDX-License-Identifier: Apache-2.0
// field_table.h turns the headers of messages, JSON text by name, into AMQP's field tables and
// back, with the types that py-amqp uses (RabbitMQ's errata to AMQP 0-9-1, section 3).
//
// Threads: pure functions.
// Owns: FieldTable owns the memory that its table points to.
// Errors: none; a value that has no counterpart is left out.
#pragma once

#include <amqp.h>

#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace errand::transport_amqp {

class FieldTable {
public:
    explicit FieldTable(const std::map<std::string, std::string>& headers);
    FieldTable(const FieldTable&) = delete;
    FieldTable& operator=(const FieldTable&) = delete;

    const amqp_table_t& table() const noexcept { return table_; }

private:
    amqp_table_t makeTable(const base::Json::Object& object);
    amqp_array_t makeArray(const base::Json::Array& array);
    amqp_field_value_t makeValue(const base::Json& value);
    amqp_bytes_t keep(std::string_view text);

    // Deques: what points into them stays good.
    std::deque<std::string> texts_;
    std::deque<std::vector<amqp_table_entry_t>> tables_;
    std::deque<std::vector<amqp_field_value_t>> arrays_;
    amqp_table_t table_{};
};

std::map<std::string, std::string> readHeaders(const amqp_table_t& table);

// The text in UTF-8: what is none is replaced by what Unicode has for that.
std::string readable(std::string_view text);

std::string_view view(const amqp_bytes_t& bytes) noexcept;
amqp_bytes_t bytesOf(std::string_view text) noexcept;

}  // namespace errand::transport_amqp
