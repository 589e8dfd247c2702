// SPDX-License-Identifier: Apache-2.0
#include "app/application.h"

#include <Poco/Logger.h>
#include <Poco/Message.h>
#include <Poco/Net/Net.h>
#include <Poco/UnicodeConverter.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "app/backup.h"
#include "app/check_files.h"
#include "app/log_format.h"
#include "app/reload.h"
#include "app/upkeep.h"

namespace errand::app {

namespace {

// Nothing on disk can be trusted after this, and nothing more may be written: no drain. The writer
// has logged it, and a fatal line is out before its log call returns.
[[noreturn]] void endAtOnce(const store::StoreError&) {
    std::_Exit(Poco::Util::Application::EXIT_IOERR);
}

// What POCO makes a service of the program by, or none any more.
bool isForService(const std::string& argument) {
    return argument.starts_with("/registerService") || argument.starts_with("/unregisterService");
}

// NAME.log, NAME.properties: what belongs to the program whose file is NAME or NAME.exe.
std::filesystem::path besideProgram(const std::string& extension) {
    return std::filesystem::path(base::executablePath()).replace_extension(extension);
}

std::string reasonOf(const std::exception& error) {
    const auto* known = dynamic_cast<const Poco::Exception*>(&error);
    return known ? known->displayText() : error.what();
}

LogSink fileSinkOf(const Config& config) {
    try {
        return fileSink(config.logFile, config.logMaxSize, config.logKeep);
    } catch (const Poco::Exception& error) {
        throw ConfigError("log.file: " + error.displayText() +
                          "; name a file that the server's user can write");
    }
}

}  // namespace

int Application::run(int argc, char** argv) {
    base::openStandardStreams();
    return start({argv + 1, argv + argc});
}

int Application::run(int argc, wchar_t** argv) {
    std::vector<std::string> arguments(static_cast<std::size_t>(argc));
    for (int i = 0; i < argc; ++i)
        Poco::UnicodeConverter::convert(argv[i], arguments[static_cast<std::size_t>(i)]);
    const bool forService = std::ranges::any_of(arguments, isForService);
    asService_ = base::isStartedAsService();
    if (asService_ || forService) return ServerApplication::run(arguments);
    base::openStandardStreams();
    arguments.erase(arguments.begin());
    return start(arguments);
}

int Application::start(const std::vector<std::string>& arguments) {
    return withReasons([&] {
        Poco::Net::initializeNetwork();
        line_ = parseCommandLine(arguments);
        return obey();
    });
}

// What the command line asks for.
int Application::obey() {
    if (line_.help) {
        std::cout << usage() << std::flush;
        return EXIT_OK;
    }
    if (line_.version) {
        std::cout << "errandd " ERRAND_VERSION << std::endl;
        return EXIT_OK;
    }
    config_ = readConfig();
    latest_ = config_;
    if (line_.showConfig) {
        std::cout << describe(config_) << std::flush;
        return EXIT_OK;
    }
    if (line_.checkConfig) return checkConfig();
    if (const auto code = doUpkeep(line_, config_)) return *code;
    return runServer();
}

// Its exit code; why there is none is said as such.
int Application::withReasons(const std::function<int()>& deed) {
    try {
        return deed();
    } catch (const ConfigError& error) {
        return fail(EXIT_CONFIG, error.what());
    } catch (const Refusal& refusal) {
        return fail(1, refusal.message());
    } catch (const Poco::Exception& exception) {
        return fail(EXIT_UNAVAILABLE, exception.displayText());
    } catch (const std::exception& exception) {
        return fail(EXIT_SOFTWARE, exception.what());
    }
}

// What is named, or else what lies beside the program.
std::string Application::configFile() const {
    if (!line_.configFile.empty()) return line_.configFile;
    const std::filesystem::path beside = besideProgram(".properties");
    std::error_code none;
    return std::filesystem::is_regular_file(beside, none) ? beside.string() : std::string();
}

Config Application::readConfig() const {
    return loadConfig({configFile(), processEnvironment(), line_.defines}, base::executablePath());
}

// What a start would find wrong before it takes anything: no directory is made, no port taken.
int Application::checkConfig() {
    checkFiles(config_);
    std::cout << "errandd: the configuration is good" << std::endl;
    return EXIT_OK;
}

int Application::fail(int code, const std::string& why) {
    // What was started stops first, so that this line is the last.
    node_.reset();
    pidFile_.reset();
    if (log_) log_->discard();
    std::string line = "errandd: ";
    appendOneLine(line, why);
    // A service has no terminal.
    if (asService_ && logFile_ != nullptr)
        streamSink(logFile_)(line + '\n');
    else
        std::cerr << line << std::endl;
    return code;
}

int Application::runServer() {
    base::blockTerminationSignals();
    if (line_.daemon) goToBackground();
    // The whole path, since POCO looks for a bare name in PATH, and the options are not for it.
    init({base::executablePath()});
    initialize(*this);
    const int code = main({});
    uninitialize();
    return code;
}

void Application::goToBackground() {
    // A file stays when the terminal goes: what "2>> FILE" asked for is where the log goes on.
    std::error_code none;
    if (std::filesystem::is_regular_file("/dev/stderr", none)) {
        logFile_ = std::fopen("/dev/stderr", "ae");
    }
    daemon_.emplace();
}

void Application::initialize(Poco::Util::Application& self) {
    ServerApplication::initialize(self);
    if (!asService_) return begin();
    refused_ = withReasons([this] {
        beginService();
        begin();
        return EXIT_OK;
    });
}

// On the thread that the service manager has given: nobody has read anything yet. Paths are from
// where the program lies, and so is what would go to a terminal.
void Application::beginService() {
    Poco::Net::initializeNetwork();
    std::filesystem::current_path(besideProgram("").parent_path());
    logFile_ = std::fopen(besideProgram(".log").string().c_str(), "a");
    base::blockTerminationSignals();
    config_ = readConfig();
    latest_ = config_;
}

void Application::begin() {
    openLog();
    if (!line_.pidFile.empty()) pidFile_ = std::make_unique<PidFile>(line_.pidFile);
    node_ = std::make_unique<Node>(config_, extraServices(), endAtOnce);
    node_->start();
}

int Application::main(const std::vector<std::string>&) {
    if (refused_ != EXIT_OK) return refused_;
    announce();
    if (asService_) {
        service_.start([this] {
            waitForTerminationRequest();
            base::makeWish(base::Wish::end);
        });
    }
    Poco::Logger& logger = Poco::Logger::get("errandd");
    watchOver();
    base::endAtNextSignal();
    manager_.tell("STOPPING=1\nSTATUS=stopping");
    logger.information("stopping: running jobs may end; a second signal ends at once");
    return EXIT_OK;
}

// Until somebody wants it to end.
void Application::watchOver() {
    // Twice within its patience, as sd_watchdog_enabled(3) has it, and once more.
    const auto patience = manager_.patience().value_or(std::chrono::hours(3));
    const auto turn = std::chrono::duration_cast<std::chrono::milliseconds>(patience / 3);
    while (true) {
        switch (base::awaitWish(std::max(turn, std::chrono::milliseconds(1)))) {
            case base::Wish::end:
                return;
            case base::Wish::reload:
                reload();
                break;
            case base::Wish::none:
                break;
        }
        if (manager_.patience()) feedWatchdog();
    }
}

// By the writer, once it comes to it: who only has a timer would call a server alive that cannot
// store anything any more.
void Application::feedWatchdog() {
    if (!fed_.exchange(false)) return;
    node_->pulse([this] {
        manager_.tell("WATCHDOG=1");
        fed_ = true;
    });
}

void Application::reload() {
    manager_.tellReloading();
    Poco::Logger& logger = Poco::Logger::get("errandd");
    try {
        Config next = readConfig();
        const std::vector<std::string> live = changesOf(latest_, next).live;
        const std::vector<std::string> restart = changesOf(config_, next).restart;
        node_->reload(next);
        Poco::Logger::setLevel("", next.logLevel);
        latest_ = std::move(next);
        logger.notice("the configuration has been read anew; changed: " +
                      (live.empty() ? "nothing" : namesOf(live)));
        if (!restart.empty()) logger.warning("a restart is needed for " + namesOf(restart));
    } catch (const std::exception& error) {
        logger.error("the configuration stays as it was: " + reasonOf(error));
    }
    manager_.tell("READY=1");
}

void Application::uninitialize() {
    if (refused_ != EXIT_OK) return ServerApplication::uninitialize();
    if (node_) ended_ = node_->stop();
    ServerApplication::uninitialize();
    pidFile_.reset();
    Poco::Logger::get("errandd").information(ended_ ? "stopped"
                                                    : "stopped at the end of shutdown.grace");
    log_->close();
    // A thread that hangs still uses the services: no destructor may run.
    if (!ended_) std::_Exit(EXIT_OK);
    node_.reset();
}

void Application::warnOfSecrets() const {
    const std::string file = configFile();
    if (file.empty() || !base::isReadableByAll(file)) return;
    for (const std::string& key : secretsIn(file))
        Poco::Logger::get("errandd").warning(
            "everybody on this machine may read %s in %s; chmod "
            "o-r it, or give the key as @FILE",
            key, file);
}

void Application::openLog() {
    LogSink sink = streamSink(logFile_ != nullptr ? logFile_ : stderr);
    if (!config_.logFile.empty()) sink = fileSinkOf(config_);
    Poco::Formatter::Ptr formatter(new LineFormatter);  // POCO owns it
    if (config_.logJson) formatter = new JsonFormatter;
    log_ = new LogChannel(std::move(sink), formatter);
    Poco::Logger::setChannel("", log_);
    Poco::Logger::setLevel("", config_.logLevel);
    // Lines wait until the server is ready, so that a failed start says one thing only. Whoever
    // looks closer sees them at once.
    if (config_.logLevel >= Poco::Message::PRIO_DEBUG) log_->open();
}

void Application::announce() {
    std::string services;
    for (const std::string& name : config_.services) {
        services += (services.empty() ? "" : ",") + name;
    }
    const std::string serving =
        node_->address() + " transport=" + config_.transport + " services=" + services;
    std::cout << "errandd ready: " << serving << std::endl;
    if (daemon_) {
        daemon_->ready();
        // The directory it was started in may have to go.
        std::filesystem::current_path("/");
    }
    log_->open();
    Poco::Logger::get("errandd").information("serving " + serving);
    warnOfSecrets();
    manager_.tell("READY=1\nSTATUS=serving " + serving);
}

}  // namespace errand::app
