// SPDX-License-Identifier: Apache-2.0
// Shows one job: its question, state, answer or reason, and the curl line that makes the same.

import { curlLineOf } from "./curl.js";
import { byId, setHidden, setText } from "./page.js";
import * as words from "./words.js";

function setState(state, word, sentence) {
    byId("state").dataset.state = state;
    setText(byId("state"), word);
    setText(byId("sentence"), sentence);
}

// Digits up to which an answer is shown in this size.
const lengths = [
    [18, "short"],
    [60, "medium"],
    [1500, "long"],
    [Infinity, "huge"],
];

function showAnswer(job) {
    // A mail, for one, succeeds without an answer.
    const answer = job.state === "succeeded" && job.result !== null ? job.resultText : "";
    setHidden(byId("answer-side"), !answer, byId("job-heading"));
    setHidden(byId("result"), !answer, byId("job-heading"));
    const result = byId("result");
    setText(result, answer);
    // Large while it fits on a line; in a box of its own, which the keyboard must reach to scroll
    // it, where it would fill the screen.
    result.dataset.length = lengths.find(([most]) => answer.length <= most)[1];
    if (result.dataset.length === "huge") result.tabIndex = 0;
    else result.removeAttribute("tabindex");
    setText(byId("answer-size"), words.sizeOf(answer));
}

function showReason(job) {
    const failed = job.error && job.state !== "succeeded";
    byId("reason").hidden = !failed;
    setText(byId("reason"), failed ? `${job.error.type}: ${job.error.message}` : "");
}

export function showJob(job) {
    setState(job.state, ...words.stateOf(job));
    byId("outcome").hidden = false;
    setText(byId("question"), words.questionOf(job, 20));
    showAnswer(job);
    showReason(job);
    const stoppable = !words.hasEnded(job) && !job.cancel_requested;
    setHidden(byId("cancel"), !stoppable, byId("job-heading"));
    setHidden(byId("retry"), !words.mayHelpToRetry(job), byId("job-heading"));
    setText(byId("curl"), curlLineOf(location.origin, job));
    byId("job-link").href = `/jobs/${job.id}`;
}

// Before anything is known of a job: it is being submitted or fetched, or there is none.
export function showNoJob(state, word, sentence) {
    setState(state, word, sentence);
    setHidden(byId("outcome"), true, byId("job-heading"));
}

// What is wrong besides the job itself, such as a server that is away; empty when all is well.
export function showTrouble(text) {
    setText(byId("trouble"), text);
}
