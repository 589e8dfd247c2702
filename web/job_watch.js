// SPDX-License-Identifier: Apache-2.0
// Watches one job at a time: reads it and its mails until all of them have ended, shows each
// change, and says so when the server is away.

import * as api from "./api.js";
import { follow } from "./follow.js";
import * as view from "./job_view.js";
import { showMails } from "./mail_list.js";
import { mailsOf } from "./mails.js";
import { byId } from "./page.js";
import { hasEnded } from "./words.js";

const awayText = "The server cannot be reached. This page keeps trying.";

let watching = new AbortController();
let shown = null; // the id of the job on the page
let onChange = () => {};

function troubleOf(error) {
    if (error instanceof api.Away) return awayText;
    return `The server is in trouble: ${error.message}. This page keeps trying.`;
}

// One look at the job; what has changed since the last is told by the text of all that is shown.
async function look(id, signal, last) {
    const job = await api.readJob(id, signal);
    signal.throwIfAborted(); // meanwhile another job may be on the page
    view.showJob(job);
    const mails = await mailsOf(job, signal);
    signal.throwIfAborted();
    showMails(mails, act);
    if (last.troubled) view.showTrouble("");
    last.troubled = false;
    const now = JSON.stringify([job.state, job.error, mails.map((mail) => mail.state)]);
    if (now !== last.seen) onChange(job);
    const seen = now !== last.seen ? "changed" : "same";
    last.seen = now;
    return [job, ...mails].every(hasEnded) ? "ended" : seen;
}

async function lookAround(id, signal, last) {
    try {
        return await look(id, signal, last);
    } catch (error) {
        if (signal.aborted) return "ended";
        if (error instanceof api.Refused && error.status < 500) {
            view.showNoJob("gone", "Not here", `The server says: ${error.message}.`);
            view.showTrouble("");
            return "ended";
        }
        if (!(error instanceof api.Away || error instanceof api.Refused)) throw error;
        view.showTrouble(troubleOf(error));
        last.troubled = true;
        return "same";
    }
}

export function watch(id) {
    stop();
    if (id !== shown) {
        showMails([], act);
        view.showNoJob("queued", "Asking", "The server is asked for this job.");
    }
    shown = id;
    const { signal } = watching;
    const last = { seen: "", troubled: false };
    follow(() => lookAround(id, signal, last), signal);
}

export function stop() {
    watching.abort();
    watching = new AbortController();
    view.showTrouble("");
}

// Does what a button says, and then looks again. A job that ended meanwhile refuses; what it has
// become says that better than the refusal.
async function act(what) {
    const id = shown;
    let refusal = "";
    try {
        await what();
    } catch (error) {
        if (!(error instanceof api.Away || error instanceof api.Refused)) throw error;
        if (error.status !== 409) refusal = `That was not done: ${error.message}.`;
    }
    if (id !== shown) return;
    watch(id);
    view.showTrouble(refusal);
}

// `changed` is called whenever the job on the page has changed.
export function startWatching(changed) {
    onChange = changed;
    byId("cancel").addEventListener("click", () => act(() => api.cancelJob(shown)));
    byId("retry").addEventListener("click", () => act(() => api.retryJob(shown)));
}
