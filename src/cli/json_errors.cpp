// SPDX-License-Identifier: Apache-2.0
#include "cli/json_errors.h"

#include "cli/failure.h"
#include "cli/outcome.h"

namespace errand::cli {

Run withJsonErrors(Run run) {
    return [run = std::move(run)](const Arguments& arguments, Streams streams) {
        try {
            return run(arguments, streams);
        } catch (const Failure& failure) {
            if (!arguments.has("json")) throw;
            streams.out << errorJson(failure.type(), failure.what()) << std::endl;
            return failure.code();
        }
    };
}

}  // namespace errand::cli
