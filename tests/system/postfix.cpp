// SPDX-License-Identifier: Apache-2.0
#include "system/postfix.h"

#include <pwd.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>

#include "broker/tcp_proxy.h"

namespace errand::tests {

namespace {

const std::string programs = "/usr/lib/postfix/sbin";
const char* const owner = "postfix";    // of the queue
const char* const receiver = "nobody";  // of the mails

const passwd& account(const char* name) {
    const passwd* found = ::getpwnam(name);
    if (found == nullptr) throw std::runtime_error(std::string("there is no user ") + name);
    return *found;
}

void give(const std::string& path, const char* name) {
    const passwd& to = account(name);
    if (::chown(path.c_str(), to.pw_uid, to.pw_gid) != 0) {
        throw std::runtime_error("cannot give away " + path);
    }
}

// The services that are not asked over the network: name, type, private, unprivileged, chroot, wake
// up, most, program.
constexpr const char* innerServices =
    "cleanup unix n - n - 0 cleanup\n"
    "qmgr unix n - n 300 1 qmgr\n"
    "postlog unix-dgram n - n - 1 postlogd\n"
    "rewrite unix - - n - - trivial-rewrite\n"
    "virtual unix - n n - - virtual\n"
    "anvil unix - - n - 1 anvil\n"
    "tlsmgr unix - - n 1000? 1 tlsmgr\n"
    "bounce unix - - n - 0 bounce\n"
    "defer unix - - n - 0 bounce\n"
    "trace unix - - n - 0 bounce\n"
    "error unix - - n - - error\n"
    "retry unix - - n - - error\n";

}  // namespace

Postfix::Postfix(const std::string& mechanism)
    : pair_(certificates_.issue("DNS:localhost")),
      logins_("errand", "open sesame", mechanism),
      startTlsPort_(freePort()),
      tlsPort_(freePort()) {
    prepare();
    start();
}

Postfix::~Postfix() {
    stop();
}

std::vector<std::string> Postfix::settings() const {
    return {"mail.mode=smtp",           "mail.from=errand@example.org",
            "smtp.host=localhost",      "smtp.port=" + std::to_string(startTlsPort_),
            "smtp.ca=" + authority(),   "smtp.username=errand",
            "smtp.password=open sesame"};
}

void Postfix::prepare() const {
    namespace fs = std::filesystem;
    // Its users must get through to what is theirs.
    fs::permissions(directory_.path(), fs::perms(0755));
    for (const char* name : {"etc", "queue", "queue/pid", "data", "mail"}) {
        fs::create_directory(directory_ / name);
    }
    for (const char* name : {"active", "bounce", "corrupt", "defer", "deferred", "flush", "hold",
                             "incoming", "maildrop", "private", "public", "saved", "trace"}) {
        const std::string path = directory_ / ("queue/" + std::string(name));
        fs::create_directory(path);
        give(path, owner);
    }
    give(directory_ / "data", owner);
    give(directory_ / "mail", receiver);
    writeMain();
    writeMaster();
}

void Postfix::writeMain() const {
    const passwd& to = account(receiver);
    writeFile(directory_ / "etc/main.cf",
              "compatibility_level = 3.6\n"
              "queue_directory = " +
                  directory_ / "queue" +
                  "\n"
                  "data_directory = " +
                  directory_ / "data" +
                  "\n"
                  "maillog_file = " +
                  directory_ / "log" +
                  "\n"
                  "maillog_file_prefixes = " +
                  directory_.path() +
                  "\n"
                  "inet_interfaces = 127.0.0.1\n"
                  "inet_protocols = ipv4\n"
                  "myhostname = mx.example.org\n"
                  "mydestination =\n"
                  "alias_maps =\n"
                  "alias_database =\n"
                  "local_recipient_maps =\n"
                  "virtual_mailbox_domains = example.org\n"
                  "virtual_mailbox_base = " +
                  directory_ / "mail" +
                  "\n"
                  "virtual_mailbox_maps = regexp:{{!/^nobody@/ inbox/}}\n"
                  "virtual_uid_maps = static:" +
                  std::to_string(to.pw_uid) +
                  "\n"
                  "virtual_gid_maps = static:" +
                  std::to_string(to.pw_gid) +
                  "\n"
                  "in_flow_delay = 0\n"
                  "smtpd_tls_cert_file = " +
                  pair_.certificate +
                  "\n"
                  "smtpd_tls_key_file = " +
                  pair_.key +
                  "\n"
                  "smtpd_tls_security_level = may\n"
                  "smtpd_tls_loglevel = 1\n"
                  "smtpd_tls_auth_only = yes\n"
                  "smtpd_sasl_auth_enable = yes\n"
                  "smtpd_sasl_type = dovecot\n"
                  "smtpd_sasl_path = inet:127.0.0.1:" +
                  std::to_string(logins_.port()) +
                  "\n"
                  // Postfix takes this to be the network's edge, and would let strangers in.
                  "smtpd_relay_restrictions = permit_sasl_authenticated, reject\n");
}

void Postfix::writeMaster() const {
    const auto listener = [](int port) {
        return "127.0.0.1:" + std::to_string(port) + " inet n - n - - smtpd";
    };
    writeFile(directory_ / "etc/master.cf", listener(startTlsPort_) + '\n' + listener(tlsPort_) +
                                                " -o smtpd_tls_wrappermode=yes\n" + innerServices);
}

void Postfix::start() {
    std::filesystem::remove(directory_ / "log");
    const auto deadline = std::chrono::steady_clock::now() + generous;
    // It listens before it says so. Who connected to find out, again and again, might meet a
    // connection of his own on a port that nobody has taken.
    while (log().find("daemon started") == std::string::npos) {
        if (std::chrono::steady_clock::now() > deadline) {
            throw std::runtime_error("Postfix does not start: " + log());
        }
        // It ends when somebody's connection has its port for a moment.
        if (!master_ || !master_->running()) run();
        pauseBetweenLooks();
    }
}

void Postfix::run() {
    // It ends its children by its process group, of which it must be the leader.
    master_ = std::make_unique<Process>(
        "/usr/bin/setsid",
        std::vector<std::string>{programs + "/master", "-c", directory_ / "etc", "-d"},
        directory_ / "stderr");
}

void Postfix::stop() {
    if (!master_) return;
    const auto deadline = std::chrono::steady_clock::now() + generous;
    while (hasWork() && std::chrono::steady_clock::now() < deadline) pauseBetweenLooks();
    if (master_->running()) master_->signal(SIGTERM);
    master_->wait();
    // Those of its group end after it, and use the directory until then.
    while (::kill(-master_->pid(), 0) == 0 && std::chrono::steady_clock::now() < deadline) {
        pauseBetweenLooks();
    }
    master_.reset();
}

bool Postfix::hasWork() const {
    for (const char* queue : {"incoming", "active"}) {
        if (!std::filesystem::is_empty(directory_ / ("queue/" + std::string(queue)))) return true;
    }
    return false;
}

std::vector<Mail> Postfix::mails() const {
    const std::string folder = directory_ / "mail/inbox/new";
    return std::filesystem::exists(folder) ? readMailFolder(folder) : std::vector<Mail>();
}

std::vector<Mail> Postfix::waitForMails(std::size_t count) const {
    const auto deadline = std::chrono::steady_clock::now() + generous;
    while (true) {
        std::vector<Mail> found = mails();
        if (found.size() >= count) return found;
        if (std::chrono::steady_clock::now() > deadline) {
            throw std::runtime_error("only " + std::to_string(found.size()) + " mails: " + log());
        }
        pauseBetweenLooks();
    }
}

}  // namespace errand::tests
