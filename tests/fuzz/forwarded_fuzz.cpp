// SPDX-License-Identifier: Apache-2.0
// Any text in the fields by which proxies say who the client is: nobody whose word does not count
// changes anything, and what a client has written before a proxy's own words never counts.
#include <string>

#include "access/forwarded.h"
#include "access/proxies.h"
#include "fuzz/require.h"

namespace errand::fuzz {
namespace {

using access::Client;

const access::Proxies& proxies() {
    static const access::Proxies all({"10.0.0.0/8", "::1"});
    return all;
}

void checkFields(const access::ForwardedFields& fields, std::string_view text) {
    const Client stranger = proxies().clientOf("192.0.2.1", fields, false);
    require(stranger.address == "192.0.2.1" && !stranger.secure, "a stranger is itself", text);
    const Client client = proxies().clientOf("::ffff:10.0.0.1", fields, false);
    const auto address = base::IpAddress::parse(client.address);
    require(address && address->toString() == client.address, "an address has one form", text);
}

void checkForwarded(std::string_view text) {
    checkFields({text, {}, {}}, text);
    std::string field(text);
    field += ", for=203.0.113.9;proto=https";
    const Client client = proxies().clientOf("10.0.0.1", {field, {}, {}}, false);
    // Or the field is malformed as a whole.
    require(client.address == "203.0.113.9" || client.address == "10.0.0.1",
            "only the proxy names the client", field);
    require(client.secure == (client.address == "203.0.113.9"), "in both", field);
    const auto hops = access::parseForwarded(text);
    if (hops.empty()) return;
    auto more = access::parseForwarded(field);
    require(more.size() == hops.size() + 1, "what is whole can be gone on with", field);
    more.pop_back();
    require(more == hops, "and stays", field);
}

void checkForwardedFor(std::string_view addresses, std::string_view protocols) {
    checkFields({{}, addresses, protocols}, addresses);
    std::string field(addresses);
    field += ", 203.0.113.9, 10.0.0.2";
    const Client client = proxies().clientOf("10.0.0.1", {{}, field, protocols}, false);
    require(client.address == "203.0.113.9", "only the proxies name the client", field);
}

}  // namespace
}  // namespace errand::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace errand::fuzz;
    const std::string_view text = textOf(data, size);
    checkForwarded(text);
    std::string_view rest = text;
    const std::string_view addresses = takePart(rest, '\n');
    checkForwardedFor(addresses, rest);
    return 0;
}
