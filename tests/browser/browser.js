// SPDX-License-Identifier: Apache-2.0
// One Chromium for all tests and a fresh context for each, watched the whole time: a console
// message, an error of a script, a refusal by the content policy or a request to another host fails
// the test that caused it.

import assert from "node:assert/strict";

import { axeSource, playwright, temporaryFolder } from "./places.js";

// Debian's Chromium; what it would do by itself on the network is switched off.
const flags = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

let chromium;

// Contexts of their own in a browser whose profile is an empty folder.
async function browser() {
    chromium ??= await playwright.chromium.launch({
        executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
        args: flags,
        env: { ...process.env, HOME: temporaryFolder() },
    });
    return chromium;
}

export async function closeBrowser() {
    await chromium?.close();
}

// Notes whatever a sound page does not do. `expected` excuses what a test brings about on purpose.
function watch(page, origin) {
    const faults = [];
    page.on("console", (message) => faults.push(`console: ${message.text()}`));
    page.on("pageerror", (error) => faults.push(`script: ${error.stack}`));
    page.on("request", (request) => {
        if (new URL(request.url()).origin !== origin) faults.push(`request: ${request.url()}`);
    });
    return faults;
}

// Opens the form of a server and gives it to `use`. Options are those of a context, and `expected`,
// a pattern of faults that the test causes.
export async function withPage(server, options, use) {
    const { expected = /^$/, path = "/", ...rest } = options;
    const context = await (await browser()).newContext({ locale: "en-GB", ...rest });
    try {
        const page = await context.newPage();
        page.setDefaultTimeout(20000);
        const faults = watch(page, server.url);
        await page.addInitScript(() => {
            document.addEventListener("securitypolicyviolation", (event) => {
                console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`);
            });
        });
        await page.goto(server.url + path);
        try {
            await use(page);
        } finally {
            // A page that polls has some request under way, whenever the test is over; cut off, it
            // would take the whole run along.
            await page.unrouteAll({ behavior: "ignoreErrors" });
        }
        assert.deepEqual(faults.filter((fault) => !expected.test(fault)), []);
    } finally {
        await context.close();
    }
}

// What axe finds in the page as it is: every rule for WCAG 2 A and AA, and its best practices.
export async function axeFindings(page) {
    // Through the debugger, which no content policy holds back: the page itself may not.
    await page.evaluate(axeSource);
    const { violations } = await page.evaluate(() =>
        axe.run(document, {
            runOnly: [
                "wcag2a",
                "wcag2aa",
                "wcag21a",
                "wcag21aa",
                "wcag22aa",
                "best-practice",
            ],
        }),
    );
    return violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(" ")}`);
}

// How far the page is wider than its window.
export function overflow(page) {
    const root = "document.documentElement";
    return page.evaluate(`${root}.scrollWidth - ${root}.clientWidth`);
}
