// SPDX-License-Identifier: Apache-2.0
// What a person does with the form and sees of it, for the tests.

export class FormPage {
    constructor(page) {
        this.page = page;
        for (const id of ["state", "sentence", "result", "question", "trouble", "curl", "cancel"]) {
            this[id] = page.locator(`#${id}`);
        }
        this.retry = page.locator("#retry");
        this.reason = page.locator("#reason");
        this.message = page.locator("#form-message");
        this.heading = page.locator("#job-heading");
        this.mails = page.locator("#mail-list > li");
        this.recent = page.locator("#recent-list > li");
        this.compute = page.getByRole("button", { name: "Compute" });
    }

    field(label) {
        return this.page.getByLabel(label);
    }

    async fill({ operation = "sum", value = "30", other = "10", email = "" }) {
        await this.field("Operation").selectOption(operation);
        await this.field("Value").fill(value);
        await this.field("Other").fill(other);
        await this.field("Email").fill(email);
    }

    async submit(entries) {
        await this.fill(entries);
        await this.compute.click();
    }

    // Submits what will be taken; resolves when the page has turned to the new job.
    async computes(entries) {
        const { hash } = new URL(this.page.url());
        await this.submit(entries);
        await this.page.waitForFunction((old) => location.hash !== old, hash);
    }

    // Resolves when the word for the state of the job in the address is this. What is waited for is
    // the page, not a clock.
    async shows(word) {
        await this.page.waitForFunction((wanted) => {
            const { hidden } = document.getElementById("outcome");
            const { pathname } = document.getElementById("job-link");
            const isThat = hidden || location.hash === `#${pathname}`;
            return isThat && document.getElementById("state").textContent === wanted;
        }, word);
    }

    // Resolves when the job in the address has ended and the words of all its mails' states are
    // these.
    async showsMails(...words) {
        await this.page.waitForFunction((wanted) => {
            const { hidden } = document.getElementById("outcome");
            const { pathname } = document.getElementById("job-link");
            if (hidden || location.hash !== `#${pathname}`) return false;
            if (!document.getElementById("cancel").hidden) return false;
            const states = document.querySelectorAll("#mail-list .state");
            return [...states].map((state) => state.textContent).join() === wanted;
        }, words.join());
    }

    // Resolves when the page, which goes on looking at a job that has not ended, has done all of a
    // look that it began after this call. A look asks for the job's children once: the first such
    // request may be of an earlier look, the second is of a later one, and the third says that
    // this is over.
    async looksAgain() {
        for (let i = 0; i < 3; i += 1) await this.page.waitForRequest(/\?parent=/);
    }

    // The id of the job that the page shows.
    async id() {
        await this.page.waitForFunction(() => location.hash.startsWith("#/jobs/"));
        return new URL(this.page.url()).hash.split("/").pop();
    }
}
