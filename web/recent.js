// SPDX-License-Identifier: Apache-2.0
// The last few computations, newest first, each a link that shows it again. The page does not
// depend on it: when the list cannot be had, it says so and that is all.

import { listJobs, readJob } from "./api.js";
import { byId, make, setText, updateList } from "./page.js";
import * as words from "./words.js";

const most = 6;
const details = new Map(); // id -> what the list does not tell, of jobs that have ended

// The question, and the answer where there is one.
async function titleOf(job) {
    const key = `${job.id} ${job.state} ${job.finished_at}`;
    if (!details.has(key)) {
        const full = await readJob(job.id);
        const question = words.questionOf(full, 12);
        const answered = full.state === "succeeded" && full.resultText;
        details.set(key, answered ? `${question} = ${words.shortened(answered, 12)}` : question);
    }
    return details.get(key);
}

function createEntry(job) {
    const entry = make("li", "job");
    const link = make("a");
    link.href = `#/jobs/${job.id}`;
    entry.append(link, " ", make("span", "state"), " ", make("time", "hint"));
    return entry;
}

function updateEntry(entry, job) {
    setText(entry.querySelector("a"), job.title);
    const state = entry.querySelector(".state");
    state.dataset.state = job.state;
    setText(state, words.stateOf(job)[0]);
    const time = entry.querySelector("time");
    time.dateTime = job.created_at;
    setText(time, words.timeOf(job.created_at));
}

// Marks the one that is on the page.
export function markShown(id) {
    for (const entry of byId("recent-list").children) {
        const link = entry.querySelector("a");
        if (entry.dataset.id === id) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
    }
}

let newest = 0; // which refresh is the last: the answers of earlier ones come too late

export async function refreshRecent(shownId) {
    const mine = ++newest;
    try {
        const filter = { service: "compute", method: "compute", limit: most };
        const { jobs } = await listJobs(filter);
        const titled = await Promise.all(
            jobs.map(async (job) => ({ ...job, title: await titleOf(job) })),
        );
        if (mine !== newest) return;
        updateList(byId("recent-list"), titled, createEntry, updateEntry);
        setText(byId("recent-message"), "");
        byId("recent").hidden = titled.length === 0;
        markShown(shownId);
    } catch {
        if (mine !== newest) return;
        byId("recent").hidden = false;
        setText(byId("recent-message"), "The list cannot be had just now.");
    }
}
