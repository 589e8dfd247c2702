// SPDX-License-Identifier: Apache-2.0
// The words for jobs, errors and mails.

import assert from "node:assert/strict";

import { test } from "./harness.js";
import { webModule } from "./places.js";

const words = await webModule("words.js");
const now = new Date("2026-11-22T12:00:00Z");

function job(members) {
    return {
        service: "compute",
        method: "compute",
        state: "queued",
        error: null,
        attempt: 0,
        run_at: "2026-11-22T12:00:00.000000Z",
        argTexts: [],
        kwargsText: '{"operation":"sum","value":30,"other":"10"}',
        ...members,
    };
}

test("a question is written with its sign, whichever way the arguments came", () => {
    assert.equal(words.questionOf(job({}), 20), "30 + 10");
    const argTexts = ['"div"', "-7", '" 2 "'];
    assert.equal(words.questionOf(job({ argTexts, kwargsText: "{}" }), 20), "-7 ÷ 2");
    const mail = job({ service: "mail", method: "send", kwargsText: "{}" });
    assert.equal(words.questionOf(mail, 20), "mail.send");
});

test("a long number is shown by its ends, a short one whole", () => {
    assert.equal(words.shortened("1".repeat(20), 20), "1".repeat(20));
    const short = words.shortened(`123456${"0".repeat(300)}987654`, 12);
    assert.equal(short, "1234560…7654");
    assert.equal(words.sizeOf(`-${"1".repeat(1234)}`), "1,234 digits");
    assert.equal(words.sizeOf("30"), "");
});

test("each state has a word and says what comes next", () => {
    const cases = [
        [{}, /^Queued It waits/],
        [{ run_at: "2026-11-22T12:00:00.900000Z" }, /^Queued/],
        [{ run_at: "2026-11-23T09:00:00Z" }, /^Scheduled It runs at .*\d/],
        [{ error: { type: "Timeout" }, attempt: 1 }, /^Waiting Try 1 failed\. .*shortly/],
        [{ error: { type: "TryAgain" } }, /^Waiting Something it needs was away\./],
        [{ state: "running" }, /^Running/],
        [{ state: "running", cancel_requested: true }, /^Stopping/],
        [{ state: "cancelled" }, /^Cancelled/],
    ];
    for (const [members, pattern] of cases) {
        assert.match(words.stateOf(job(members), now).join(" "), pattern);
    }
});

test("what it took is told in units a person uses", () => {
    assert.equal(words.durationOf(0.2), "less than a millisecond");
    assert.equal(words.durationOf(12), "12 ms");
    assert.equal(words.durationOf(2500), "2.5 s");
    assert.equal(words.durationOf(600000), "10 minutes");
});

test("every error has plain words", () => {
    const sentence = (type) =>
        words.stateOf(job({ state: "failed", error: { type, message: "m" } }), now).join(" ");
    assert.equal(sentence("ZeroDivisionError"), "Failed Nothing can be divided by zero.");
    for (const type of ["Timeout", "NodeLost", "Expired", "UnknownService"]) {
        assert.match(sentence(type), /^Failed (?!It went wrong)./);
    }
    assert.equal(sentence("OwnError"), "Failed It went wrong.");
});

test("a retry is offered only where it may change something", () => {
    const failed = (type) => job({ state: "failed", error: { type, message: "" } });
    assert.equal(words.mayHelpToRetry(failed("ZeroDivisionError")), false);
    assert.equal(words.mayHelpToRetry(failed("Timeout")), true);
    assert.equal(words.mayHelpToRetry(job({ state: "cancelled" })), true);
    assert.equal(words.mayHelpToRetry(job({ state: "succeeded" })), false);
});

test("a mail's state says what happened to it", () => {
    const mail = (members) => words.mailStateOf(job(members), now);
    assert.deepEqual(mail({}), ["Waiting", ""]);
    const error = { type: "TryAgain", message: "no space" };
    assert.match(mail({ error })[1], /^Not sent yet: no space\. The next try comes shortly\.$/);
    assert.deepEqual(mail({ state: "failed", error }), ["Not sent", "no space"]);
    assert.deepEqual(mail({ state: "cancelled" }), ["Not sent", "It was cancelled."]);
    assert.deepEqual(mail({ state: "succeeded" }), ["Sent", ""]);
});
