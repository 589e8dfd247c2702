// SPDX-License-Identifier: Apache-2.0
// What must hold in every state of the form: axe finds nothing, nothing is wider than a narrow
// window, and nothing on the page breaks the content policy, which withPage watches.

import assert from "node:assert/strict";
import { join } from "node:path";

import { changeJobs, unfinished } from "./answers.js";
import { axeFindings, overflow, withPage } from "./browser.js";
import { FormPage } from "./form_page.js";
import { test } from "./harness.js";
import { pictureFolder } from "./places.js";
import { sharedServer, withServer } from "./server.js";
import { expectedFaults, looks, states } from "./states.js";

const server = await sharedServer();

for (const [name, bringAbout] of Object.entries(states)) {
    test(`axe finds nothing and nothing is too wide: ${name}`, async () => {
        for (const [colorScheme, width] of [["light", 900], ["dark", 320]]) {
            const viewport = { width, height: 600 };
            const options = { colorScheme, viewport, expected: expectedFaults };
            await withPage(server, options, async (page) => {
                await bringAbout(new FormPage(page));
                assert.deepEqual(await axeFindings(page), []);
                assert.equal(await overflow(page), 0);
            });
        }
    });
}

for (const name of ["300-digits", "division-by-zero", "bad-address"]) {
    test(`a picture is taken: ${name}`, () =>
        withServer(async (own) => {
            for (const [lookName, look] of Object.entries(looks)) {
                await withPage(own, { ...look, expected: expectedFaults }, async (page) => {
                    const form = new FormPage(page);
                    await states[name](form);
                    await page.mouse.move(0, 0); // over nothing that would show it
                    await page.evaluate(() => scrollTo(0, 0));
                    const path = join(pictureFolder(), `form-${name}-${lookName}.png`);
                    await page.screenshot({ path, animations: "disabled" });
                });
            }
        }));
}

test("the page is dark where the reader's system is", async () => {
    const paper = {};
    for (const colorScheme of ["light", "dark"]) {
        await withPage(server, { colorScheme }, async (page) => {
            const color = "getComputedStyle(document.body).backgroundColor";
            const [red] = (await page.evaluate(color)).match(/\d+/);
            paper[colorScheme] = Number(red);
        });
    }
    assert.ok(paper.light > 230 && paper.dark < 40, JSON.stringify(paper));
});

test("nothing moves for a reader who wants no motion", async () => {
    const motion = {};
    for (const reducedMotion of ["no-preference", "reduce"]) {
        await withPage(server, { reducedMotion }, async (page) => {
            const form = new FormPage(page);
            await changeJobs(page, "compute", () => unfinished("running"));
            await form.computes({});
            await form.shows("Running");
            const name = 'getComputedStyle(document.getElementById("state"), "::before")';
            motion[reducedMotion] = await page.evaluate(`${name}.animationName`);
        });
    }
    assert.deepEqual(motion, { "no-preference": "turn", reduce: "none" });
});

test("every file of the page comes from the server, and the policy is strict", () =>
    withServer(async (own) => {
        const { headers, text } = await own.ask("GET", "/");
        assert.equal(
            headers.get("Content-Security-Policy"),
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
                "img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        );
        assert.equal(headers.get("Referrer-Policy"), "no-referrer");
        assert.equal(headers.get("X-Content-Type-Options"), "nosniff");
        assert.doesNotMatch(text, /<style|style=|<script>|\son[a-z]+=|javascript:/);
        for (const [, file] of text.matchAll(/(?:src|href)="([^"#/]+)"/g)) {
            assert.equal((await own.ask("GET", `/${file}`)).status, 200, file);
        }
    }));
