// SPDX-License-Identifier: Apache-2.0
// Service answers calls with registered member functions; their types check the arguments, describe
// themselves to the catalogue and to the API document.
//
// Threads: handle and check may be called from any number of threads; registration happens in the
//          constructor of the derived class.
// Owns: its methods.
// Errors: handle never throws: a method's Error and TryAgain, and any other exception by its type's
//         name, become the Reply. check answers with what is wrong, a field at a time.
#pragma once

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "rpc/call.h"
#include "rpc/context.h"
#include "rpc/typed_method.h"

namespace errand::rpc {

class Service {
public:
    virtual ~Service() = default;
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;

    const std::string& name() const noexcept { return name_; }
    const std::string& text() const noexcept { return text_; }  // one line, for people
    int workers() const noexcept { return workers_; }
    const std::deque<Method>& methods() const noexcept { return methods_; }
    const Method* find(const std::string& method) const noexcept;

    // Runs the method the context's call names, in this thread.
    Reply handle(Context& context) const noexcept;

protected:
    // `workers`: how many calls run at a time on one node, at least 1.
    Service(std::string name, int workers, std::string text = {})
        : name_(std::move(name)), workers_(workers), text_(std::move(text)) {}

    // Registers a member function `R S::function(Context&, A...)` under a name; one parameter name
    // an argument type. The returned Method may be refined: method(...).queued = true.
    template <class S, class R, class... A>
    Method& method(std::string name, R (S::*function)(Context&, A...),
                   std::vector<std::string> parameters, std::string text) {
        return methods_.emplace_back(typedMethod(static_cast<S&>(*this), std::move(name), function,
                                                 std::move(parameters), std::move(text)));
    }

private:
    // Set in the constructor, then constant.
    const std::string name_;
    const int workers_;
    const std::string text_;
    std::deque<Method> methods_;  // a deque: registering one more leaves references good
};

}  // namespace errand::rpc
