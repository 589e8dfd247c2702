// SPDX-License-Identifier: Apache-2.0
// The mails of a job: which there are, how they fare, and sending one again.

import assert from "node:assert/strict";
import { readdirSync, renameSync, writeFileSync, unlinkSync } from "node:fs";
import { join } from "node:path";

import { changeJobs, refuse, unfinished } from "./answers.js";
import { withPage } from "./browser.js";
import { FormPage } from "./form_page.js";
import { test } from "./harness.js";
import { sharedServer, withServer } from "./server.js";

const server = await sharedServer();

test("both mails are shown with their state, and are in the Maildir", () =>
    withServer((own) =>
        withPage(own, {}, async (page) => {
            const form = new FormPage(page);
            await form.computes({ email: "name@example.com" });
            await form.showsMails("Sent", "Sent");
            const subjects = await page.locator("#mail-list .mail-head").allTextContents();
            assert.deepEqual(subjects, [
                "API Notification to name@example.com",
                "Your operation is complete! to name@example.com",
            ]);
            assert.equal(readdirSync(join(own.data, "maildir/new")).length, 2);
        }),
    ));

test("who gives no address gets no mail and no empty list", () =>
    withPage(server, {}, async (page) => {
        const form = new FormPage(page);
        await form.computes({ email: "name@example.com" });
        await form.showsMails("Sent", "Sent");
        await form.computes({});
        await form.shows("Succeeded");
        // Its mails, were there any, are made by now. The page goes on looking for them.
        await changeJobs(page, "compute", () => unfinished("running"));
        await page.reload();
        await form.looksAgain();
        assert.equal(await page.locator("#mails").isVisible(), false);
        assert.equal(await form.mails.count(), 0);
    }));

test("another's mail of the same time is not taken for the job's", () =>
    withPage(server, {}, async (page) => {
        const body = { operation: "sum", value: 1, other: 2, email: "name@example.com" };
        const id = await server.submit(body); // by POST /jobs, which sends no notification
        const tea = await server.submit({
            service: "mail",
            method: "send",
            kwargs: { to: "other@example.com", subject: "Tea", contents: "It is five." },
        });
        const { created_at } = await server.job(id);
        await changeJobs(page, "mail", (mail) => (mail.id === tea ? { created_at } : {}));
        await page.goto(`${server.url}/#/jobs/${id}`);
        await new FormPage(page).showsMails("Sent");
        const heads = await page.locator("#mail-list .mail-head").allTextContents();
        assert.deepEqual(heads, ["Your operation is complete! to name@example.com"]);
    }));

test("a mail that is kept no longer is left out, and its job is shown", () =>
    withPage(server, { expected: /status of 404/ }, async (page) => {
        const form = new FormPage(page);
        await form.computes({ email: "name@example.com" });
        await form.showsMails("Sent", "Sent");
        const entries = await form.mails.evaluateAll((all) => all.map((one) => one.dataset.id));
        const heads = page.locator("#mail-list .mail-head");
        const leaveAndReturn = async () => {
            await page.goto(`${server.url}/#/`);
            await page.goBack();
        };
        const check = async (mail, lookAnew, left) => {
            await refuse(page, `**/jobs/${mail}`, 404, "there is no job");
            await lookAnew();
            await form.showsMails("Sent");
            assert.match(await heads.textContent(), left);
            await form.shows("Succeeded");
            await page.unroute(`**/jobs/${mail}`);
        };
        await check(entries[0], leaveAndReturn, /Your operation/); // known to the page already
        await check(entries[0], () => page.reload(), /Your operation/);
        await check(entries[1], () => page.reload(), /API Notification/);
    }));

test("a mail, looked at as a job, has no answer", () =>
    withPage(server, {}, async (page) => {
        const form = new FormPage(page);
        const kwargs = { to: "name@example.com", subject: "Tea", contents: "It is five." };
        const id = await server.submit({ service: "mail", method: "send", kwargs });
        await page.goto(`${server.url}/#/jobs/${id}`);
        await form.shows("Succeeded");
        assert.equal(await form.question.textContent(), "mail.send");
        assert.equal(await form.result.isVisible(), false);
        assert.equal(await page.getByRole("button", { name: "Copy the answer" }).count(), 0);
    }));

test("a mail that cannot be sent waits, can be cancelled, and can be sent again", () =>
    withServer((own) =>
        withPage(own, {}, async (page) => {
            const form = new FormPage(page);
            const maildir = join(own.data, "maildir");
            renameSync(maildir, `${maildir}-away`);
            writeFileSync(maildir, ""); // what is a file can be no Maildir
            const id = await own.submit({
                operation: "sum",
                value: 1,
                other: 2,
                email: "name@example.com",
            });
            await page.goto(`${own.url}/#/jobs/${id}`);
            await form.showsMails("Waiting");
            const words = /Not sent yet: Maildir: .+ The next try/;
            await form.mails.filter({ hasText: words }).waitFor();
            const [mail] = await own.list(`parent=${id}`);
            await own.ask("DELETE", `/jobs/${mail.id}`);
            await form.showsMails("Not sent");
            assert.match(await form.mails.textContent(), /It was cancelled\./);
            unlinkSync(maildir);
            renameSync(`${maildir}-away`, maildir);
            await page.getByRole("button", { name: "Send it again" }).press("Enter");
            await form.showsMails("Sent");
            assert.equal(await page.evaluate(() => document.activeElement.id), "job-heading");
        }),
    ));

test("a mail that failed for good says why", () =>
    withPage(server, {}, async (page) => {
        const form = new FormPage(page);
        const error = { type: "SmtpError", message: "550 no such user here" };
        const failed = { state: "failed", error };
        await changeJobs(page, "mail", (mail) => (mail.parent_id ? failed : {}));
        await form.computes({ email: "name@example.com" });
        await form.showsMails("Sent", "Not sent");
        assert.match(await form.mails.nth(1).textContent(), /550 no such user here/);
        assert.equal(await form.mails.nth(0).getByRole("button").isVisible(), false);
        assert.equal(await form.mails.nth(1).getByRole("button").isVisible(), true);
    }));
