// SPDX-License-Identifier: Apache-2.0
#include "rpc/service.h"

#include <typeinfo>

#include <Poco/Exception.h>
#include <Poco/Logger.h>

#if __has_include(<cxxabi.h>)
#include <cxxabi.h>
#endif

#include "rpc/error.h"

namespace errand::rpc {

namespace {

// The type's name as people write it, without namespaces: "SMTPException".
std::string typeName(const std::type_info& type) {
    std::string name = type.name();
#if __has_include(<cxxabi.h>)
    int status = 0;
    if (char* readable = abi::__cxa_demangle(type.name(), nullptr, nullptr, &status)) {
        name = readable;
        std::free(readable);  // __cxa_demangle hands out malloc's memory
    }
#endif
    const std::size_t end = name.find('<');  // a template's arguments have namespaces of their own
    const std::size_t colons = name.rfind("::", end);
    return colons == std::string::npos ? name : name.substr(colons + 2);
}

// An exception's text may hold anything; a reply is JSON, and that is UTF-8.
std::string utf8(std::string text) {
    if (base::isUtf8(text)) return text;
    for (char& c : text) {
        if (static_cast<unsigned char>(c) >= 0x80) c = '?';
    }
    return text;
}

ErrorReply foreign(const Call& call, const std::string& type, const std::string& text) {
    Poco::Logger::get("rpc").error(call.service + '.' + call.method + ", call " + call.id +
                                   ", ended by " + type + ": " + text);
    return {type, utf8(text)};
}

// Most calls leave one of the two empty.
const base::Json emptyArray(base::Json::Array{});
const base::Json emptyObject(base::Json::Object{});

// The parsed text, kept in `room`, unless it is the empty text, which is already there.
const base::Json& parsed(const std::string& text, const char* empty, const base::Json& value,
                         base::Json& room) {
    if (text == empty) return value;
    try {
        room = base::Json::parse(text);
    } catch (const base::JsonError& e) {
        throw Error("MalformedRequest", e.what());
    }
    return room;
}

ResultReply invoke(const Method* method, Context& context) {
    const Call& call = context.request();
    if (!method) throw Error("MethodNotFound", call.method);
    base::Json argsRoom;
    base::Json kwargsRoom;
    const base::Json& args = parsed(call.arguments.args, "[]", emptyArray, argsRoom);
    const base::Json& kwargs = parsed(call.arguments.kwargs, "{}", emptyObject, kwargsRoom);
    return {method->invoke(context, args, kwargs)};
}

}  // namespace

const Method* Service::find(const std::string& method) const noexcept {
    for (const Method& candidate : methods_) {
        if (candidate.name == method) return &candidate;
    }
    return nullptr;
}

Reply Service::handle(Context& context) const noexcept {
    const Call& call = context.request();
    Reply reply;
    try {
        reply.answer = invoke(find(call.method), context);
    } catch (const Error& e) {
        reply.answer = ErrorReply{e.type(), utf8(e.what())};
    } catch (const TryAgain& e) {
        reply.answer = TryAgainReply{utf8(e.what()), e.after(), e.scope()};
    } catch (const Poco::Exception& e) {
        reply.answer = foreign(call, typeName(typeid(e)), e.displayText());
    } catch (const std::exception& e) {
        reply.answer = foreign(call, typeName(typeid(e)), e.what());
    } catch (...) {
        reply.answer = foreign(call, "Exception", "an object that is no exception was thrown");
    }
    reply.casts = context.takeCasts();
    return reply;
}

}  // namespace errand::rpc
