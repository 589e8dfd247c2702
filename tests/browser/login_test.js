// SPDX-License-Identifier: Apache-2.0
// A server that asks for tokens: the page asks for one, and what it keeps no script can read.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";

import { axeFindings, withPage } from "./browser.js";
import { FormPage } from "./form_page.js";
import { test } from "./harness.js";
import { errandd, temporaryFolder } from "./places.js";
import { withServer } from "./server.js";

const file = join(temporaryFolder(), "tokens");
const command = ["token", "new", "alice", "--scope", "submit", "--file", file];
const made = execFileSync(join(dirname(errandd), "errand"), command, { stdio: "pipe" });
const token = made.toString().trim();

test("the page asks for a token, submits with it, and forgets it", () =>
    withServer(
        (server) =>
            withPage(server, { expected: /status of 401/ }, async (page) => {
                const form = new FormPage(page);
                const login = page.locator("#login");
                await login.waitFor();
                assert.equal(await page.locator("#page").isVisible(), false);
                assert.deepEqual(await axeFindings(page), []);
                await page.fill("#token", "errand_wrong");
                await page.keyboard.press("Enter");
                await page.locator("#login-message", { hasText: "not known" }).waitFor();
                await page.fill("#token", token);
                await page.keyboard.press("Enter");
                await page.locator("#who-name", { hasText: "alice" }).waitFor();
                await page.fill("#value", "30");
                await page.fill("#other", "10");
                await page.locator("#submit-field button").click();
                await form.shows("Succeeded");
                assert.equal(await form.result.textContent(), "40");
                assert.equal(await page.evaluate(() => document.cookie), "");
                await page.reload();
                await page.locator("#who-name", { hasText: "alice" }).waitFor();
                assert.deepEqual(await axeFindings(page), []);
                await page.locator("#logout").click();
                await login.waitFor();
            }),
        { "http.tokens": file },
    ));
