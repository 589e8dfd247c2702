// SPDX-License-Identifier: Apache-2.0
// Reads what the server has delivered into its Maildir.
//
// Threads: functions without state.
// Owns: nothing.
// Errors: std::runtime_error when a mail does not come.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <Poco/Net/NameValueCollection.h>

namespace errand::tests {

struct Mail {
    std::string name;  // of its file
    Poco::Net::NameValueCollection fields;
    std::string body;  // decoded, lines end with LF

    std::string field(const std::string& which) const { return fields.get(which, ""); }
};

// The mails in maildir/new, by the time their jobs were made.
std::vector<Mail> readMails(const std::string& dataDirectory);

// As above, once there are at least so many.
std::vector<Mail> waitForMails(const std::string& dataDirectory, std::size_t count);

// The one of that subject.
Mail mailWithSubject(const std::vector<Mail>& mails, const std::string& subject);

}  // namespace errand::tests
