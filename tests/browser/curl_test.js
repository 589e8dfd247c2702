// SPDX-License-Identifier: Apache-2.0
// The curl line, as a real shell reads it.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { test } from "./harness.js";
import { temporaryFolder, webModule } from "./places.js";

const { curlLine, curlLineOf, shellQuote } = await webModule("curl.js");

// Runs the line with a curl that prints its arguments and its input, each ended by a NUL.
function run(line) {
    const folder = temporaryFolder();
    const script = '#!/bin/sh\nprintf "%s\\0" "$@"\ncase "$*" in *@-) cat;; esac\n';
    writeFileSync(join(folder, "curl"), script, { mode: 0o755 });
    const file = join(folder, "line"); // as pasted: no argument's limit applies to it
    writeFileSync(file, line);
    const env = { PATH: `${folder}:${process.env.PATH}`, HOME: "/nowhere" };
    const output = execFileSync("sh", [file], { env, encoding: "utf8", maxBuffer: 1 << 24 });
    return output.split("\0");
}

test("whatever a text holds, the shell hands it on unchanged", () => {
    const texts = ["", "'", "''", "a'b\"c", "$HOME `id` $(id)", "\\", "a\nb", "!!", "*", "~", "é"];
    for (const text of texts) {
        assert.equal(execFileSync("sh", ["-c", `printf %s ${shellQuote(text)}`]).toString(), text);
    }
});

test("plain words are not quoted", () => {
    assert.equal(shellQuote("http://127.0.0.1:5000/compute"), "http://127.0.0.1:5000/compute");
});

test("the body arrives as it is", () => {
    const body = `{"email":"o'neill+$(id)@example.com","value":"1_0'"}`;
    assert.deepEqual(run(curlLine("http://[::1]:5000/compute", body)).slice(0, -1), [
        "-i",
        "http://[::1]:5000/compute",
        "-H",
        "Content-Type: application/json",
        "-d",
        body,
    ]);
});

test("a body too long for an argument goes through a pipe", () => {
    const body = `{"value":${"7".repeat(100000)},"other":"'${"8".repeat(99998)}"}`;
    const words = run(curlLine("http://h/compute", body));
    assert.deepEqual(words.slice(-3), ["--data-binary", "@-", body]);
});

test("a computation goes to /compute and any other job to /jobs, digit for digit", () => {
    const job = { service: "compute", method: "compute", argTexts: [], kwargsText: '{"value":1}' };
    assert.match(curlLineOf("http://h", job), /http:\/\/h\/compute .*-d '\{"value":1\}'$/);
    const digits = "9".repeat(40);
    const body = run(curlLineOf("http://h", { ...job, argTexts: ['"sum"', digits] })).at(-2);
    assert.equal(
        body,
        `{"service":"compute","method":"compute","args":["sum",${digits}],"kwargs":{"value":1}}`,
    );
});
