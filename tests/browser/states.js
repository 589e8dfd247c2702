// SPDX-License-Identifier: Apache-2.0
// The states the form can be in, each with how to bring it about: for what must hold in every one
// of them, and for the pictures.

import { changeJobs, refuse, unfinished } from "./answers.js";

const email = "name@example.com";
const value = String(3n ** 628n); // 300 digits
const other = String(7n ** 354n); // and 300

async function showHeld(form, held, word) {
    await changeJobs(form.page, "compute", () => held);
    await form.computes({ email });
    await form.shows(word);
}

export const states = {
    empty: async () => {},
    answer: async (form) => {
        await form.computes({ email });
        await form.shows("Succeeded");
        await form.showsMails("Sent", "Sent");
    },
    "300-digits": async (form) => {
        await form.computes({ operation: "sum", value, other, email });
        await form.shows("Succeeded");
        await form.showsMails("Sent", "Sent");
    },
    huge: async (form) => {
        await form.computes({ value: "7".repeat(20000), other: "1" });
        await form.shows("Succeeded");
    },
    "division-by-zero": async (form) => {
        await form.computes({ operation: "div", value: "30", other: "0", email });
        await form.shows("Failed");
        await form.showsMails("Sent", "Sent");
    },
    "bad-address": async (form) => {
        await form.submit({ email: "name at example" });
        await form.page.locator("#email-error").filter({ hasText: "must be" }).waitFor();
    },
    blank: async (form) => {
        await form.submit({ value: "", other: "" });
        await form.page.locator("#other-error").filter({ hasText: "Enter" }).waitFor();
    },
    queued: (form) => showHeld(form, unfinished("queued"), "Queued"),
    running: (form) => showHeld(form, unfinished("running"), "Running"),
    cancelled: (form) => showHeld(form, unfinished("cancelled"), "Cancelled"),
    waiting: (form) => {
        const error = { type: "Timeout", message: "not done in 60 s" };
        return showHeld(form, unfinished("queued", { error, attempt: 1 }), "Waiting");
    },
    "failed-mail": async (form) => {
        const error = { type: "SmtpError", message: "550 no such user here" };
        await changeJobs(form.page, "mail", () => ({ state: "failed", error }));
        await form.computes({ email });
        await form.showsMails("Not sent", "Not sent");
    },
    away: async (form) => {
        await refuse(form.page, "**/compute", 503, "more than 10000000 jobs wait");
        await refuse(form.page, "**/jobs/*", 502);
        await form.page.goto(`${form.page.url()}#/jobs/01a20532-5514-727a-bd95-ea97a9991638`);
        await form.trouble.filter({ hasText: "The server is in trouble" }).waitFor();
        await form.submit({});
        await form.message.filter({ hasText: "jobs wait" }).waitFor();
    },
    missing: async (form) => {
        await form.page.goto(`${form.page.url()}#/jobs/01a20532-5514-727a-bd95-ea97a9991638`);
        await form.shows("Not here");
    },
};

// What the network says in the console of these states.
export const expectedFaults = /Failed to load resource: .* status of (404|422|502|503)/;

// The windows of the pictures: high enough for what they are about.
export const looks = {
    light: { colorScheme: "light", viewport: { width: 752, height: 736 } },
    dark: { colorScheme: "dark", viewport: { width: 752, height: 736 } },
    narrow: { colorScheme: "light", viewport: { width: 320, height: 1040 } },
};
