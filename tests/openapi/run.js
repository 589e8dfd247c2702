// SPDX-License-Identifier: Apache-2.0
// Lints the API document of real servers with Redocly's rules; the last line is
// "N passed, N failed". ERRAND_BIN names the folder of the server, build/release/bin by default.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { runTests, test } from "../browser/harness.js";
import { removeTemporaryFolders, root, temporaryFolder } from "../browser/places.js";
import { Server, stopServers } from "../browser/server.js";

process.on("exit", () => {
    stopServers();
    removeTemporaryFolders();
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(130));

async function documentOf(settings) {
    const server = await new Server(settings).start();
    try {
        const { status, headers, text } = await server.ask("GET", "/openapi.json");
        assert.equal(status, 200);
        assert.equal(headers.get("Content-Type"), "application/json");
        return JSON.parse(text);
    } finally {
        await server.stop();
    }
}

// What Redocly has to say of it; nothing, for a sound document. It asks no other host.
function faultsOf(document) {
    const file = join(temporaryFolder(), "openapi.json");
    writeFileSync(file, JSON.stringify(document, null, 2));
    const config = join(root, "tests/openapi/redocly.yaml");
    const program = join(root, "build/node/node_modules/@redocly/cli/bin/cli.js");
    const options = ["lint", file, `--config=${config}`, "--format=json", "--max-problems=50"];
    const quiet = { REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" };
    const { stdout, stderr } = spawnSync(process.execPath, [program, ...options], {
        encoding: "utf8",
        env: { ...process.env, ...quiet },
    });
    assert.match(stdout, /^\{/, stderr);
    const { problems } = JSON.parse(stdout);
    return problems.map((one) => `${one.ruleId}: ${one.message} ${one.location[0]?.pointer}`);
}

test("the document of a server by itself is sound", async () => {
    const document = await documentOf({});
    assert.ok(document.components.schemas["compute.compute"]);
    assert.equal(document.components.schemas.AnyCall, undefined);
    assert.deepEqual(faultsOf(document), []);
});

test("the document of a server that reaches others' services is sound", async () => {
    // No broker is there: a server describes its API all the same.
    const document = await documentOf({ transport: "amqp", "amqp.uri": "amqp://127.0.0.1:1" });
    assert.ok(document.components.schemas.AnyCall);
    assert.deepEqual(faultsOf(document), []);
});

test("a document that is not sound is found out", async () => {
    const document = await documentOf({});
    delete document.components.schemas.Job;
    document.paths["/livez"].get.operationId = "isReady";
    const { examples } = document.paths["/jobs"].post.requestBody.content["application/json"];
    examples["mail.send"].value.kwargs.to = 3;
    const faults = faultsOf(document).join("\n");
    assert.match(faults, /no-unresolved-refs/);
    assert.match(faults, /operation-operationId-unique/);
    assert.match(faults, /no-invalid-media-type-examples/);
});

const { passed, failed } = await runTests(process.argv[2] ?? "");
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
