// SPDX-License-Identifier: Apache-2.0
// Reads what has been delivered into a Maildir: the server's own, or a mail server's.
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
    // Of the job that sent it.
    std::string jobId() const { return field("Message-ID").substr(1, 36); }
    std::string subject() const;  // decoded
};

// The mails in maildir/new, by the time their jobs were made.
std::vector<Mail> readMails(const std::string& dataDirectory);

// The mails in that directory, by name.
std::vector<Mail> readMailFolder(const std::string& path);

// Those in maildir/new, once there are at least so many.
std::vector<Mail> waitForMails(const std::string& dataDirectory, std::size_t count);

// The one of that subject.
Mail mailWithSubject(const std::vector<Mail>& mails, const std::string& subject);

}  // namespace errand::tests
