-- SPDX-License-Identifier: Apache-2.0
-- A durable submit of a computation without mail. Constant, so that wrk builds it once and the
-- script costs nothing a request.
wrk.method = "POST"
wrk.path = "/jobs"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"service":"compute","method":"compute",' ..
    '"kwargs":{"operation":"sum","value":30,"other":10}}'
