// SPDX-License-Identifier: Apache-2.0
#include "mail/maildir.h"

#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <deque>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <Poco/Exception.h>
#include <Poco/TemporaryFile.h>

#include "base/clock.h"
#include "base/worker.h"
#include "rpc/error.h"
#include "tests/mail/decoded_message.h"
#include "tests/mail/no_caller.h"

namespace errand::mail {
namespace {

namespace fs = std::filesystem;
using std::string;

class MaildirTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(MaildirTest);
    CPPUNIT_TEST(directoriesAreMadeForTheirOwnerAlone);
    CPPUNIT_TEST(aMessageLiesInNewUnderItsJobsName);
    CPPUNIT_TEST(linesEndWithLf);
    CPPUNIT_TEST(repeatedDeliveryFindsTheMessageInNew);
    CPPUNIT_TEST(repeatedDeliveryFindsTheMessageInCurUnderAnyFlags);
    CPPUNIT_TEST(repeatedDeliveryOfALostMessageDelivers);
    CPPUNIT_TEST(aSecondDeliveryNeverReplacesTheFirst);
    CPPUNIT_TEST(aCrashedRunsFileInTmpDoesNotBlock);
    CPPUNIT_TEST(oldLeftoversAreRemovedAndYoungOnesStay);
    CPPUNIT_TEST(manyWorkersDeliverAtOnce);
    CPPUNIT_TEST(aFileInPlaceOfTheDirectoryStopsTheStart);
    CPPUNIT_TEST(aBrokenDirectoryConcernsTheWholeService);
    CPPUNIT_TEST(aRefusedMessageIsNoTroubleOfTheService);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { directory_ = Poco::TemporaryFile::tempName() + "/maildir"; }
    void tearDown() override { fs::remove_all(fs::path(directory_).parent_path()); }

private:
    static Message sample() {
        Message message;
        message.date = base::Clock::system().now();
        message.id = base::Id::generate(message.date);
        message.from.address = "errand@example.org";
        message.to.address = "name@email.com";
        message.subject = "Grüße";
        message.contents = "one\n.\ntwo\n";
        return message;
    }

    static void send(Maildir& maildir, const Message& message, std::int64_t claim = 1) {
        NoCaller caller;
        rpc::Call call;
        call.job = rpc::JobHeader{message.id, claim, 1};
        const rpc::Context context(call, caller);
        maildir.send(message, context);
    }

    std::vector<string> names(const char* folder) const {
        std::vector<string> names;
        for (const auto& entry : fs::directory_iterator(directory_ + "/" + folder)) {
            names.push_back(entry.path().filename());
        }
        return names;
    }

    string only(const char* folder) const {
        const std::vector<string> found = names(folder);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, found.size());
        return found.front();
    }

    string read(const string& name) const {
        std::ifstream in(directory_ + "/" + name, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }

    void write(const string& name, const string& text) const {
        std::ofstream(directory_ + "/" + name, std::ios::binary) << text;
    }

    void assertServiceTrouble(Maildir& maildir, const Message& message) const {
        try {
            send(maildir, message);
            CPPUNIT_FAIL("no TryAgain");
        } catch (const rpc::TryAgain& trouble) {
            CPPUNIT_ASSERT(trouble.scope() == rpc::Scope::service);
            CPPUNIT_ASSERT(string(trouble.what()).find(directory_) != string::npos);
        }
    }

    void directoriesAreMadeForTheirOwnerAlone() {
        const Maildir maildir(directory_);
        for (const char* folder : {"", "/tmp", "/new", "/cur"}) {
            const fs::perms mode = fs::status(directory_ + folder).permissions();
            CPPUNIT_ASSERT_MESSAGE(folder, mode == fs::perms::owner_all);
        }
        const Maildir again(directory_);
    }

    void aMessageLiesInNewUnderItsJobsName() {
        Maildir maildir(directory_);
        const Message message = sample();
        send(maildir, message);
        CPPUNIT_ASSERT_EQUAL(message.id.toString(), only("new"));
        CPPUNIT_ASSERT(names("tmp").empty());
        CPPUNIT_ASSERT(names("cur").empty());
        const DecodedMessage decoded = decode(read("new/" + only("new")));
        CPPUNIT_ASSERT_EQUAL(string("Grüße"), decoded.header("Subject"));
        CPPUNIT_ASSERT_EQUAL(string("name@email.com"), decoded.header("To"));
    }

    void linesEndWithLf() {
        Maildir maildir(directory_);
        Message message = sample();
        send(maildir, message);
        const string text = read("new/" + only("new"));
        CPPUNIT_ASSERT(text.find('\r') == string::npos);
        CPPUNIT_ASSERT(text.ends_with("\n\none\n.\ntwo\n"));
    }

    void repeatedDeliveryFindsTheMessageInNew() {
        Maildir maildir(directory_);
        const Message message = sample();
        send(maildir, message);
        send(maildir, message, 2);
        CPPUNIT_ASSERT_EQUAL(message.id.toString(), only("new"));
        CPPUNIT_ASSERT(names("tmp").empty());
    }

    void repeatedDeliveryFindsTheMessageInCurUnderAnyFlags() {
        Maildir maildir(directory_);
        for (const char* flags : {":2,", ":2,S", ":2,FRS", ""}) {
            const Message message = sample();
            send(maildir, message);
            const string name = message.id.toString();
            fs::rename(directory_ + "/new/" + name, directory_ + "/cur/" + name + flags);
            send(maildir, message, 2);
            CPPUNIT_ASSERT_MESSAGE(flags, names("new").empty());
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, names("cur").size());
    }

    void repeatedDeliveryOfALostMessageDelivers() {
        Maildir maildir(directory_);
        send(maildir, sample());
        const Message message = sample();
        send(maildir, message, 2);
        CPPUNIT_ASSERT(fs::exists(directory_ + "/new/" + message.id.toString()));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, names("new").size());
    }

    void aSecondDeliveryNeverReplacesTheFirst() {
        Maildir maildir(directory_);
        Message message = sample();
        send(maildir, message);
        const string first = read("new/" + only("new"));
        message.contents = "another";
        send(maildir, message);
        CPPUNIT_ASSERT_EQUAL(first, read("new/" + only("new")));
        CPPUNIT_ASSERT(names("tmp").empty());
    }

    void aCrashedRunsFileInTmpDoesNotBlock() {
        Maildir maildir(directory_);
        const Message message = sample();
        const string leftover = "tmp/" + message.id.toString() + ".1";
        write(leftover, "half a mess");
        send(maildir, message);
        CPPUNIT_ASSERT(read("new/" + only("new")).ends_with("two\n"));
        CPPUNIT_ASSERT(names("tmp").empty());
    }

    void oldLeftoversAreRemovedAndYoungOnesStay() {
        { const Maildir maildir(directory_); }
        write("tmp/old", "x");
        write("tmp/young", "x");
        const auto now = fs::file_time_type::clock::now();
        fs::last_write_time(directory_ + "/tmp/old", now - std::chrono::hours(37));
        fs::last_write_time(directory_ + "/tmp/young", now - std::chrono::hours(35));
        const Maildir maildir(directory_);
        CPPUNIT_ASSERT_EQUAL(string("young"), only("tmp"));
    }

    void manyWorkersDeliverAtOnce() {
        Maildir maildir(directory_);
        constexpr int workers = 4;
        constexpr int each = 25;
        std::deque<base::Worker> threads;
        for (int i = 0; i < workers; ++i) {
            threads.emplace_back("mail").start([&maildir] {
                for (int k = 0; k < each; ++k) send(maildir, sample());
            });
        }
        threads.clear();
        CPPUNIT_ASSERT_EQUAL(std::size_t{workers * each}, names("new").size());
        CPPUNIT_ASSERT(names("tmp").empty());
    }

    void aFileInPlaceOfTheDirectoryStopsTheStart() {
        fs::create_directories(fs::path(directory_).parent_path());
        std::ofstream{directory_} << "a file";
        CPPUNIT_ASSERT_THROW(Maildir{directory_}, Poco::Exception);
    }

    void aBrokenDirectoryConcernsTheWholeService() {
        for (const char* folder : {"/tmp", "/new"}) {
            fs::remove_all(directory_);
            Maildir maildir(directory_);
            const Message message = sample();
            fs::remove(directory_ + folder);
            assertServiceTrouble(maildir, message);
            std::ofstream{directory_ + folder} << "a file";
            assertServiceTrouble(maildir, message);
            // It goes on as soon as the trouble is over.
            fs::remove(directory_ + folder);
            fs::create_directory(directory_ + folder);
            send(maildir, message, 2);
            CPPUNIT_ASSERT_EQUAL(message.id.toString(), only("new"));
            CPPUNIT_ASSERT(names("tmp").empty());
        }
    }

    void aRefusedMessageIsNoTroubleOfTheService() {
        Maildir maildir(directory_);
        Message message = sample();
        message.subject = "a\r\nBcc: b@c.d";
        CPPUNIT_ASSERT_THROW(send(maildir, message), rpc::Error);
        CPPUNIT_ASSERT(names("new").empty());
        CPPUNIT_ASSERT(names("tmp").empty());
    }

    string directory_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(MaildirTest);

}  // namespace
}  // namespace errand::mail
