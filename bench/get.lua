-- SPDX-License-Identifier: Apache-2.0
-- Asks for jobs drawn from a file of ids, one a line: wrk -s get.lua URL -- FILE
local requests = {}

function init(args)
    math.randomseed(1) -- the same draw for the server and its yardstick
    for id in io.lines(args[1]) do
        requests[#requests + 1] = wrk.format("GET", "/jobs/" .. id)
    end
end

function request()
    return requests[math.random(#requests)]
end
