-- SPDX-License-Identifier: Apache-2.0
-- The main job: a computation whose notification and result are mailed. Constant, so that wrk
-- builds it once and the script costs nothing a request.
wrk.method = "POST"
wrk.path = "/compute"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"operation":"sum","value":30,"other":10,"email":"name@example.org"}'
