// SPDX-License-Identifier: Apache-2.0
// typedMethod turns a member function R S::f(Context&, A...) into a Method: the types A say how the
// arguments are read, checked and described.
//
// Threads: what it returns may be called from any number of threads, as far as the function may.
// Owns: the Method borrows the service, which must outlive it.
// Errors: see method.h; a number of names other than that of the types is a bug (poco_assert).
#pragma once

#include <array>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <Poco/Bugcheck.h>

#include "rpc/argument.h"
#include "rpc/context.h"
#include "rpc/method.h"
#include "rpc/signature.h"

namespace errand::rpc {

// Calls the function with what bind() found; void answers null.
template <class S, class R, class... A, std::size_t... I>
std::string invokeBound(S& service, R (S::*function)(Context&, A...), Context& context,
                        const std::array<const base::Json*, sizeof...(A)>& bound,
                        std::index_sequence<I...>) {
    // Braces fix the order of evaluation: of several bad arguments the first is told.
    std::tuple<std::decay_t<A>...> values{Argument<std::decay_t<A>>::read(*bound[I])...};
    if constexpr (std::is_void_v<R>) {
        (service.*function)(context, std::move(std::get<I>(values))...);
        return "null";
    } else {
        return toJson((service.*function)(context, std::move(std::get<I>(values))...));
    }
}

template <class S, class R, class... A>
Method typedMethod(S& service, std::string name, R (S::*function)(Context&, A...),
                   std::vector<std::string> parameters, std::string text) {
    constexpr std::size_t count = sizeof...(A);
    poco_assert(parameters.size() == count);
    const std::array<bool, count> required{Argument<std::decay_t<A>>::required...};
    const std::array<std::string, count> schemas{Argument<std::decay_t<A>>::schema()...};
    Method method;
    for (std::size_t i = 0; i < count; ++i) {
        method.parameters.push_back({std::move(parameters[i]), required[i], schemas[i]});
    }
    const Signature signature(name, method.parameters, {&Argument<std::decay_t<A>>::check...});
    method.name = std::move(name);
    method.text = std::move(text);
    method.check = [signature](const base::Json& args, const base::Json& kwargs) {
        return signature.check(args, kwargs);
    };
    method.invoke = [&service, function, signature](Context& context, const base::Json& args,
                                                    const base::Json& kwargs) {
        std::array<const base::Json*, count> bound{};
        signature.bind(args, kwargs, bound.data());
        return invokeBound(service, function, context, bound, std::index_sequence_for<A...>());
    };
    return method;
}

}  // namespace errand::rpc
