// SPDX-License-Identifier: Apache-2.0
// Filling in the form: by keyboard alone, with numbers of any size, with what cannot be taken.

import assert from "node:assert/strict";

import { changeJobs, refuse, unfinished } from "./answers.js";
import { withPage } from "./browser.js";
import { FormPage } from "./form_page.js";
import { test } from "./harness.js";
import { sharedServer } from "./server.js";

const email = "name@example.com";
const server = await sharedServer();

// Presses Tab until the element has the focus.
async function tabTo(page, id) {
    for (let i = 0; i < 30; i += 1) {
        await page.keyboard.press("Tab");
        if ((await page.evaluate(() => document.activeElement.id)) === id) return;
    }
    assert.fail(`Tab never comes to ${id}`);
}

test("the keyboard alone is enough, and the state is shown live until the answer", () =>
    withPage(server, {}, async (page) => {
        const form = new FormPage(page);
        let held = unfinished("queued");
        await changeJobs(page, "compute", () => held);
        await tabTo(page, "operation");
        await page.keyboard.type("mul");
        await tabTo(page, "value");
        await page.keyboard.type("-6");
        await tabTo(page, "other");
        await page.keyboard.type("7");
        await tabTo(page, "email");
        await page.keyboard.type("name@example.com");
        await page.keyboard.press("Enter");
        await form.shows("Queued");
        assert.equal(await form.question.textContent(), "-6 × 7");
        assert.equal(await form.result.isVisible(), false);
        held = unfinished("running");
        await form.shows("Running");
        assert.equal(await form.cancel.isVisible(), true);
        held = {};
        await form.shows("Succeeded");
        assert.equal(await form.result.textContent(), "-42");
        assert.equal(await form.cancel.isVisible(), false);
    }));

test("300-digit integers are exact, on the page and on the clipboard", () =>
    withPage(server, { permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
        const form = new FormPage(page);
        const value = "7391048265".repeat(30);
        const other = `-${"9182736450".repeat(30)}`;
        const cases = {
            sum: BigInt(value) + BigInt(other),
            sub: BigInt(value) - BigInt(other),
            mul: BigInt(value) * BigInt(other),
            div: -1n, // the floor of -0.8...
        };
        for (const [operation, answer] of Object.entries(cases)) {
            await form.computes({ operation, value, other });
            await page.waitForFunction(
                (wanted) => document.getElementById("result").textContent === wanted,
                answer.toString(),
            );
            await form.shows("Succeeded");
        }
        assert.match(await page.locator("#value-size").textContent(), /^300 digits$/);
        await form.computes({ operation: "mul", value, other });
        await form.shows("Succeeded");
        await page.getByRole("button", { name: "Copy the answer" }).click();
        await page.getByRole("button", { name: "Copied the answer" }).waitFor();
        const copied = await page.evaluate(() => navigator.clipboard.readText());
        assert.equal(copied, cases.mul.toString());
        assert.equal(await page.locator("#copied").textContent(), "Copied");
    }));

test("division by zero says so, and a mail says it too", () =>
    withPage(server, {}, async (page) => {
        const form = new FormPage(page);
        await form.computes({ operation: "div", value: "1", other: "0", email });
        await form.shows("Failed");
        assert.equal(await form.sentence.textContent(), "Nothing can be divided by zero.");
        assert.equal(await form.reason.textContent(), "ZeroDivisionError: division by zero");
        assert.equal(await form.retry.isVisible(), false); // it would be the same again
        await form.showsMails("Sent", "Sent");
        assert.match(await form.mails.nth(1).textContent(), /An error occurred to name@example/);
    }));

test("a bad address gets its message at the field, which has the focus", () =>
    withPage(server, { expected: /status of 422/ }, async (page) => {
        const form = new FormPage(page);
        await form.submit({ email: "name at example" });
        const field = form.field("Email");
        const error = page.locator("#email-error");
        await error.filter({ hasText: "must be one plain mailbox" }).waitFor();
        assert.equal(await field.getAttribute("aria-invalid"), "true");
        assert.equal(await field.getAttribute("aria-describedby"), "email-error");
        assert.equal(await page.evaluate(() => document.activeElement.id), "email");
        assert.equal(await form.field("Value").getAttribute("aria-invalid"), null);
        await field.fill("name@example.com");
        assert.equal(await field.getAttribute("aria-invalid"), null);
        assert.equal(await error.textContent(), "");
        await form.compute.click();
        await form.shows("Succeeded");
    }));

test("what is no whole number gets its message, the first field the focus", () =>
    withPage(server, { expected: /status of 422/ }, async (page) => {
        const form = new FormPage(page);
        const errorOf = (name) => page.locator(`#${name}-error`);
        await form.submit({ value: " ", other: "" });
        assert.equal(await errorOf("value").textContent(), "Enter a whole number.");
        assert.equal(await errorOf("other").textContent(), "Enter a whole number.");
        assert.equal(await page.evaluate(() => document.activeElement.id), "value");
        await form.submit({ value: "7", other: "1.5" });
        await errorOf("other").filter({ hasText: "such as 42 or -7" }).waitFor();
        assert.equal(await errorOf("value").textContent(), "");
        await form.submit({ value: "1".repeat(100001), other: "1" });
        await errorOf("value").filter({ hasText: "at most 100000 digits" }).waitFor();
        await form.computes({ value: " +1_000 ", other: "1" });
        await form.shows("Succeeded");
        assert.equal(await form.result.textContent(), "1001");
    }));

test("a server that takes no more says why", () =>
    withPage(server, { expected: /status of 507/ }, async (page) => {
        const form = new FormPage(page);
        await refuse(page, "**/compute", 507, "the disk is nearly full");
        await form.submit({});
        await form.message.filter({ hasText: "the disk is nearly full" }).waitFor();
        assert.equal(await form.field("Value").inputValue(), "30");
    }));

test("a foreign answer to the form is said, and what was entered stays", () =>
    withPage(server, {}, async (page) => {
        const form = new FormPage(page);
        await refuse(page, "**/compute", 200);
        await form.submit({});
        await form.message.filter({ hasText: "The server's answer cannot be read." }).waitFor();
        assert.equal(await form.field("Value").inputValue(), "30");
        await page.unroute("**/compute");
        await form.compute.click();
        await form.shows("Succeeded");
        assert.equal(await form.message.textContent(), "");
    }));

test("an answer of the largest size can be scrolled by keyboard", () =>
    withPage(server, {}, async (page) => {
        const form = new FormPage(page);
        await form.computes({ value: "9".repeat(99999), other: "1" });
        await form.shows("Succeeded");
        assert.equal(await form.result.textContent(), `1${"0".repeat(99999)}`);
        assert.equal(await page.locator("#answer-size").textContent(), "100,000 digits");
        await form.result.focus();
        await page.keyboard.press("End");
        await page.waitForFunction(() => document.getElementById("result").scrollTop > 0);
    }));

test("without JavaScript the page says what to do", () =>
    withPage(server, { javaScriptEnabled: false }, async (page) => {
        assert.equal(await page.locator("noscript p").isVisible(), true);
    }));
