// SPDX-License-Identifier: Apache-2.0
#include "system/faulty_service.h"

#include <csignal>
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "rpc/error.h"

namespace errand::tests {
namespace {

using namespace std::chrono_literals;

// More than one, so that a hung method leaves one to the others.
constexpr int workerCount = 3;

// False where it was there before.
bool mark(const std::string& path) {
    const int file = ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (file < 0) return false;
    ::close(file);
    return true;
}

// Methods wait by looking: a file has no condition to wait for.
void pause(std::chrono::milliseconds time) {
    ::poll(nullptr, 0, static_cast<int>(time.count()));
}

[[noreturn]] void die() {
    ::kill(::getpid(), SIGKILL);
    for (;;) ::pause();
}

rpc::Cast mailCast(const rpc::Mailbox& to, const char* subject, const std::string& contents) {
    const base::Json kwargs(
        base::Json::Object{{"to", to.address}, {"subject", subject}, {"contents", contents}});
    return {"mail", "send", {"[]", kwargs.toString()}};
}

std::vector<rpc::Cast> failureCasts(const rpc::Arguments& arguments, const rpc::ErrorReply& error) {
    const base::Json kwargs = base::Json::parse(arguments.kwargs);
    const base::Json* email = kwargs.find("email");
    if (email == nullptr || !email->isString()) return {};
    return {mailCast({email->asString()}, "An error occurred", error.type + ": " + error.message)};
}

void refine(rpc::Method& method) {
    method.policy = {.maxAttempts = 3, .firstDelay = 20ms, .longestDelay = 100ms, .timeout = 60s};
    method.failureCasts = failureCasts;
}

}  // namespace

FaultyService::FaultyService() : Service("test", workerCount) {
    refine(method("echo", &FaultyService::echo, {"value"}, "Returns the value."));
    refine(method("note", &FaultyService::note, {"file", "line"}, "Appends a line to a file."));
    refine(method("crash", &FaultyService::crash, {"marker", "email"}, "Kills the process."));
    refine(method("crash_once", &FaultyService::crashOnce, {"marker", "email"},
                  "Kills the process the first time."));
    refine(method("hang", &FaultyService::hang, {"marker", "email"}, "Never returns."));
    refine(method("hang_until_cancelled", &FaultyService::hangUntilCancelled, {"marker", "email"},
                  "Returns when it is cancelled."));
    refine(method("wait", &FaultyService::wait, {"marker", "email"},
                  "Returns when the marker is there."));
    refine(method("wait_telling", &FaultyService::waitTelling, {"marker"},
                  "Returns when the marker is there, and tells its progress."));
    refine(method("fail_passing", &FaultyService::failPassing, {"until"},
                  "Fails until that attempt."));
    refine(method("fail_service", &FaultyService::failService, {"marker"},
                  "Fails for all while the marker is there."));
}

base::Json FaultyService::echo(rpc::Context&, base::Json value) {
    return value;
}

void FaultyService::note(rpc::Context&, std::string file, std::string line) {
    line += '\n';
    const int opened = ::open(file.c_str(), O_CREAT | O_APPEND | O_WRONLY | O_CLOEXEC, 0600);
    const auto written = ::write(opened, line.data(), line.size());
    ::close(opened);
    if (written < 0) throw rpc::Error("OSError", "cannot write " + file);
}

void FaultyService::crash(rpc::Context&, std::string marker, std::optional<rpc::Mailbox>) {
    mark(marker + ".begun");
    die();
}

base::Json FaultyService::crashOnce(rpc::Context&, std::string marker,
                                    std::optional<rpc::Mailbox>) {
    if (mark(marker + ".begun")) die();
    return "survived";
}

void FaultyService::hang(rpc::Context&, std::string marker, std::optional<rpc::Mailbox>) {
    mark(marker + ".begun");
    for (;;) ::pause();
}

void FaultyService::hangUntilCancelled(rpc::Context& context, std::string marker,
                                       std::optional<rpc::Mailbox>) {
    mark(marker + ".begun");
    while (!context.cancelled()) pause(5ms);
    throw rpc::Cancelled();
}

base::Json FaultyService::wait(rpc::Context& context, std::string marker,
                               std::optional<rpc::Mailbox> email) {
    mark(marker + ".begun");
    while (!std::filesystem::exists(marker)) pause(5ms);
    if (email) {
        rpc::Cast cast = mailCast(*email, "Your wait is over", marker);
        context.cast(std::move(cast.service), std::move(cast.method), std::move(cast.arguments));
    }
    return "done";
}

base::Json FaultyService::waitTelling(rpc::Context& context, std::string marker) {
    context.progress(0.25, "waiting for the marker");
    base::Json result = wait(context, std::move(marker), std::nullopt);
    context.progress(1);
    return result;
}

base::Json FaultyService::failPassing(rpc::Context& context, rpc::IntegerLike until) {
    const auto& job = context.request().job;
    const int attempt = job ? job->attempt : 0;
    if (attempt < until.value(9)) throw rpc::TryAgain("not before its time");
    return base::Json::integer(attempt);
}

base::Json FaultyService::failService(rpc::Context&, std::string marker) {
    if (std::filesystem::exists(marker)) {
        throw rpc::TryAgain("the marker is there", 200ms, rpc::Scope::service);
    }
    return "done";
}

}  // namespace errand::tests
