// SPDX-License-Identifier: Apache-2.0
// Puts the page together. Which job is shown is in the address (#/jobs/ID), so that going back,
// reloading and handing the address on all do what one expects.

import { startCopying } from "./copy.js";
import { startForm } from "./form.js";
import { showNoJob } from "./job_view.js";
import { startWatching, stop, watch } from "./job_watch.js";
import { startLogin } from "./login.js";
import { showMails } from "./mail_list.js";
import { byId } from "./page.js";
import { markShown, refreshRecent } from "./recent.js";

const emptyState = [
    "none",
    "Nothing here yet",
    "Compute something: its state, its answer and its mails show here.",
];

function shownId() {
    return location.hash.match(/^#\/jobs\/([0-9a-fA-F-]+)$/)?.[1] ?? null;
}

function showAddressed() {
    const id = shownId();
    markShown(id);
    if (id) return watch(id);
    stop();
    showMails([]);
    showNoJob(...emptyState);
}

// Whoever chose a job from the list is taken to it; on a narrow page it is out of sight.
byId("recent-list").addEventListener("click", (event) => {
    if (event.target.closest("a")) byId("job-heading").focus();
});

function start() {
    window.addEventListener("hashchange", showAddressed);
    document.addEventListener("visibilitychange", () => {
        if (!document.hidden) refreshRecent(shownId());
    });
    startWatching(() => refreshRecent(shownId()));
    showAddressed();
    refreshRecent(shownId());
}

startCopying();
startForm((id) => {
    location.hash = `#/jobs/${id}`;
});
if (await startLogin()) start();
