// SPDX-License-Identifier: Apache-2.0
// The API's page: Swagger UI on the server's own document, good to submit a job with, and what the
// page says where Swagger UI is not installed.

import assert from "node:assert/strict";

import { axeFindings, overflow, withPage } from "./browser.js";
import { test } from "./harness.js";
import { sharedServer, withServer } from "./server.js";

const server = await sharedServer();
const path = "/apidocs/";

// Swagger UI is two megabytes of script, which a busy machine takes half a minute to run.
function withApiPage(options, use) {
    return withPage(server, options, async (page) => {
        page.setDefaultTimeout(90000);
        await use(page);
    });
}

// Opens an operation by its name in the document, ready to be tried.
async function tryOut(page, operation) {
    const block = page.locator(`.opblock[id$="-${operation}"]`);
    await block.locator(".opblock-summary-control").click();
    await block.getByRole("button", { name: "Try it out" }).click();
    return block;
}

// Sends what has been entered; the answer, as the server gave it.
async function execute(page, block) {
    const answer = page.waitForResponse((one) => one.request().method() === "POST");
    await block.getByRole("button", { name: "Execute" }).click();
    return answer;
}

test("the API's page shows every operation", () =>
    withApiPage({ path }, async (page) => {
        await page.locator(".opblock").first().waitFor();
        const { paths } = JSON.parse((await server.ask("GET", "/openapi.json")).text);
        const count = Object.values(paths).flatMap((item) => Object.keys(item)).length;
        assert.equal(await page.locator(".opblock").count(), count);
        assert.equal(await page.locator("#missing").isVisible(), false);
        assert.match(await page.locator(".info .title").textContent(), /^Errand/);
    }));

test("the API's page submits a job", () =>
    withApiPage({ path }, async (page) => {
        const block = await tryOut(page, "submitJob");
        const body = { service: "compute", method: "compute", args: ["mul", "9".repeat(40), 3] };
        await block.locator("textarea.body-param__text").fill(JSON.stringify(body));
        const answer = await execute(page, block);
        assert.equal(answer.status(), 202);
        const location = answer.headers()["location"];
        const shown = block.locator(".live-responses-table tbody .response-col_status").first();
        await shown.filter({ hasText: "202" }).waitFor();
        let job;
        do job = JSON.parse((await server.ask("GET", location)).text);
        while (!["succeeded", "failed"].includes(job.state));
        assert.equal(job.state, "succeeded");
        assert.deepEqual(job.args.slice(0, 2), body.args.slice(0, 2));
    }));

test("each example of the API's page is taken by the server", () =>
    withApiPage({ path }, async (page) => {
        const block = await tryOut(page, "submitJob");
        const text = block.locator("textarea.body-param__text");
        const choice = block.locator(".examples-select__element, .examples-select select").first();
        const names = await choice.locator("option").evaluateAll((all) => all.map((o) => o.value));
        assert.ok(names.includes("compute.compute") && names.includes("mail.send"), `${names}`);
        for (const name of names.filter((one) => one !== "webhook.deliver")) {
            await choice.selectOption(name);
            await page.waitForFunction((area) => area.value.length > 2, await text.elementHandle());
            assert.equal((await execute(page, block)).status(), 202, name);
        }
    }));

test("the API's page asks no other host and keeps the policy", async () => {
    const { headers, text } = await server.ask("GET", path);
    assert.equal(
        headers.get("Content-Security-Policy"),
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; " +
            "connect-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; " +
            "frame-ancestors 'none'",
    );
    assert.doesNotMatch(text, /<style|style=|<script>|\son[a-z]+=|javascript:/);
    const redirect = await fetch(`${server.url}/apidocs`, { redirect: "manual" });
    assert.equal(redirect.status, 301);
    assert.equal(redirect.headers.get("Location"), path);
});

// What a browser says to a page's missing files.
const missing = /status of 404|Refused to (apply style|execute script)/;

test("without Swagger UI the API's page says so", () =>
    withServer(
        (bare) =>
            withPage(bare, { path, expected: missing }, async (page) => {
                await page.locator("#missing").waitFor();
                assert.match(await page.locator("#missing").textContent(), /scripts\/setup/);
                assert.deepEqual(await axeFindings(page), []);
                assert.equal(await overflow(page), 0);
            }),
        { "http.swaggerUi": "/nowhere" },
    ));

test("the form leads to the API's page", () =>
    withApiPage({}, async (page) => {
        await page.getByRole("link", { name: "The API" }).click();
        await page.locator(".opblock").first().waitFor();
        assert.equal(new URL(page.url()).pathname, path);
    }));
