// SPDX-License-Identifier: Apache-2.0
// Jobs on the page: the same by curl, the last ones, cancelling, and a server that goes away.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";

import { changeJobs, refuse, unfinished } from "./answers.js";
import { withPage } from "./browser.js";
import { FormPage } from "./form_page.js";
import { test } from "./harness.js";
import { sharedServer, withServer } from "./server.js";

const server = await sharedServer();

// Computes nothing before an hour has passed: a job in a state that stays.
function submitLater(to) {
    return to.submit({
        service: "compute",
        method: "compute",
        kwargs: { operation: "sum", value: 30, other: 10 },
        delay: 3600,
    });
}

const kwargsOf = (text) => text.match(/"kwargs":(\{.*?\}),"state"/)[1];

test("the curl line, run in a shell, makes the same job", () =>
    withPage(server, {}, async (page) => {
        const form = new FormPage(page);
        const value = "7391048265".repeat(30);
        await form.computes({ operation: "mul", value, other: "-3", email: "o'neill@example.com" });
        await form.shows("Succeeded");
        const line = await form.curl.textContent();
        const answer = execFileSync("sh", ["-c", line], { encoding: "utf8", stdio: "pipe" });
        const [, path] = answer.match(/^Location: (\S+)/m);
        const first = await server.ask("GET", `/jobs/${await form.id()}`);
        const second = await server.ask("GET", path);
        assert.notEqual(path, `/jobs/${await form.id()}`);
        assert.equal(kwargsOf(second.text), kwargsOf(first.text));
        assert.match(first.text, new RegExp(`"value":${value},`));
    }));

test("the last jobs are listed, newest first, and each can be shown again", () =>
    withServer((own) =>
        withPage(own, {}, async (page) => {
            const form = new FormPage(page);
            await page.waitForFunction(() => {
                const done = performance.getEntriesByType("resource"); // such as have been read
                return done.some((entry) => entry.name.includes("/jobs?service=compute"));
            });
            assert.equal(await page.locator("#recent").isVisible(), false);
            await form.computes({ value: "1", other: "2" });
            await form.recent.filter({ hasText: "1 + 2 = 3" }).waitFor();
            await form.computes({ operation: "div", value: "1", other: "0" });
            await form.recent.filter({ hasText: "1 ÷ 0" }).filter({ hasText: "Failed" }).waitFor();
            const titles = await form.recent.getByRole("link").allTextContents();
            assert.deepEqual(titles, ["1 ÷ 0", "1 + 2 = 3"]);
            const link = form.recent.getByRole("link", { name: "1 + 2 = 3" });
            await link.press("Enter");
            await form.shows("Succeeded");
            assert.equal(await form.result.textContent(), "3");
            assert.equal(await link.getAttribute("aria-current"), "true");
            assert.equal(await page.evaluate(() => document.activeElement.id), "job-heading");
            await page.goBack();
            await form.shows("Failed");
            await page.reload();
            await form.shows("Failed");
            for (let i = 0; i < 8; i += 1) await form.computes({ value: `10${i}` });
            await form.recent.filter({ hasText: "107 + 10 = 117" }).waitFor();
            assert.equal(await form.recent.count(), 6);
        }),
    ));

test("the form works without the list", () =>
    withPage(server, { expected: /status of 500/ }, async (page) => {
        const form = new FormPage(page);
        await refuse(page, "**/jobs?service=compute*", 500, "no");
        await form.computes({ email: "name@example.com" });
        await form.showsMails("Sent", "Sent");
        await page.getByText("The list cannot be had just now.").waitFor();
    }));

test("a job cancelled elsewhere is shown as that, and can be run after all", () =>
    withPage(server, {}, async (page) => {
        const form = new FormPage(page);
        const id = await submitLater(server);
        await page.goto(`${server.url}/#/jobs/${id}`);
        await form.shows("Scheduled");
        await server.ask("DELETE", `/jobs/${id}`);
        await form.shows("Cancelled");
        assert.match(await form.sentence.textContent(), /stopped before it had an answer/);
        await form.retry.press("Enter");
        await form.shows("Succeeded");
        assert.equal(await form.result.textContent(), "40");
        assert.equal(await page.evaluate(() => document.activeElement.id), "job-heading");
    }));

test("the page cancels a job, and takes it well when the job has ended meanwhile", () =>
    withPage(server, { expected: /status of 409/ }, async (page) => {
        const form = new FormPage(page);
        const first = await submitLater(server);
        await page.goto(`${server.url}/#/jobs/${first}`);
        await form.shows("Scheduled");
        await form.cancel.press("Enter");
        await form.shows("Cancelled");
        assert.equal((await server.job(first)).state, "cancelled");
        const second = await submitLater(server);
        await page.goto(`${server.url}/#/jobs/${second}`);
        await form.shows("Scheduled");
        // What has become of it stays unseen until the refusal is there, and a while longer.
        let held = unfinished("queued");
        await changeJobs(page, "compute", (job) => (job.id === second ? held : {}));
        await page.route(`**/jobs/${second}`, async (route) => {
            if (route.request().method() !== "DELETE") return route.fallback();
            await server.ask("DELETE", `/jobs/${second}`);
            return route.continue();
        });
        const isRefusal = (response) => response.request().method() === "DELETE";
        const refused = page.waitForResponse(isRefusal);
        await form.cancel.click();
        await (await refused).finished();
        await form.looksAgain();
        assert.equal(await form.trouble.textContent(), "");
        held = {};
        await form.shows("Cancelled");
    }));

test("a button's work that the server refuses is said, and stays said", () =>
    withPage(server, { expected: /status of 503/ }, async (page) => {
        const form = new FormPage(page);
        const id = await submitLater(server);
        await page.goto(`${server.url}/#/jobs/${id}`);
        await form.shows("Scheduled");
        await refuse(page, `**/jobs/${id}`, 503, "the disk is slow", "DELETE");
        await form.cancel.click();
        const words = "That was not done: the disk is slow.";
        await form.trouble.filter({ hasText: words }).waitFor();
        await form.looksAgain(); // none of which may wipe it
        assert.equal(await form.trouble.textContent(), words);
        await server.ask("DELETE", `/jobs/${id}`);
        await form.shows("Cancelled");
        await refuse(page, "**/retry", 503, "the queue is full");
        await form.retry.click();
        await form.trouble.filter({ hasText: "That was not done: the queue is full." }).waitFor();
    }));

test("a running job that is asked to stop says so until it has", () =>
    withPage(server, {}, async (page) => {
        const form = new FormPage(page);
        let held = unfinished("running");
        await changeJobs(page, "compute", () => held);
        await form.computes({});
        await form.shows("Running");
        held = unfinished("running", { cancel_requested: true });
        await form.shows("Stopping");
        assert.equal(await form.cancel.isVisible(), false);
        held = unfinished("cancelled");
        await form.shows("Cancelled");
    }));

test("a server that goes away mid-way is missed, and found again", () =>
    withServer((own) =>
        withPage(own, { expected: /ERR_|status of 409/ }, async (page) => {
            const form = new FormPage(page);
            const id = await submitLater(own);
            await page.goto(`${own.url}/#/jobs/${id}`);
            await form.shows("Scheduled");
            await own.stop();
            await form.trouble.filter({ hasText: "The server cannot be reached." }).waitFor();
            await form.submit({ value: "5" });
            await form.message.filter({ hasText: "The server cannot be reached." }).waitFor();
            assert.equal(await form.field("Value").inputValue(), "5");
            await own.start();
            await page.waitForFunction(() => !document.getElementById("trouble").textContent);
            await form.shows("Scheduled");
            await form.compute.click();
            await form.shows("Succeeded");
            assert.equal(await form.message.textContent(), "");
            assert.equal(await form.result.textContent(), "15");
        }),
    ));

test("a proxy's error page is taken for trouble that passes", () =>
    withPage(server, { expected: /status of 502/ }, async (page) => {
        const form = new FormPage(page);
        const id = await server.submit({ operation: "sum", value: 1, other: 2 });
        await refuse(page, `**/jobs/${id}`, 502);
        await page.goto(`${server.url}/#/jobs/${id}`);
        await form.trouble.filter({ hasText: "The server is in trouble" }).waitFor();
        await page.unroute(`**/jobs/${id}`);
        await form.shows("Succeeded");
        await page.waitForFunction(() => !document.getElementById("trouble").textContent);
    }));

for (const path of ["/jobs/", "/jobs?parent="]) {
    test(`a foreign page that comes as a success is taken for trouble: ${path}`, () =>
        withPage(server, {}, async (page) => {
            const form = new FormPage(page);
            const id = await submitLater(server);
            await refuse(page, server.url + path + id + "*", 200);
            await page.goto(`${server.url}/#/jobs/${id}`);
            const words = "The server is in trouble: its answer cannot be read.";
            await form.trouble.filter({ hasText: words }).waitFor();
            await page.unrouteAll();
            await page.waitForFunction(() => !document.getElementById("trouble").textContent);
            await form.shows("Scheduled");
        }));
}

test("a job that is not there is said to be missing", () =>
    withPage(server, { expected: /status of 404/ }, async (page) => {
        const form = new FormPage(page);
        await page.goto(`${server.url}/#/jobs/01a20532-5514-727a-bd95-ea97a9991638`);
        await form.shows("Not here");
        assert.match(await form.sentence.textContent(), /there is no job/);
    }));

test("a page nobody looks at asks nothing, nor one whose job has ended", () =>
    withPage(server, {}, async (page) => {
        const form = new FormPage(page);
        await page.clock.install();
        let looks = 0; // each asks for the job's children once
        page.on("request", (request) => (looks += request.url().includes("?parent=") ? 1 : 0));
        // Lets the page's clock run for a minute, and the network answer between.
        const runMinute = async () => {
            const before = looks;
            for (let i = 0; i < 12; i += 1) {
                await page.clock.runFor(5000);
                await page.evaluate(async () => (await fetch("/livez")).text());
            }
            return looks - before;
        };
        const hide = (value) =>
            page.evaluate((hidden) => {
                Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
                document.dispatchEvent(new Event("visibilitychange"));
            }, value);
        const id = await submitLater(server);
        await page.goto(`${server.url}/#/jobs/${id}`);
        await form.shows("Scheduled");
        assert.ok((await runMinute()) >= 5);
        await hide(true);
        assert.ok((await runMinute()) <= 1); // the one under way
        await server.ask("DELETE", `/jobs/${id}`);
        await hide(false);
        await form.shows("Cancelled");
        assert.ok((await runMinute()) <= 1);
    }));
