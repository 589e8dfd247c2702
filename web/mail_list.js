// SPDX-License-Identifier: Apache-2.0
// Shows a job's mails, each with its state; one that was not sent can be sent again.

import { retryJob } from "./api.js";
import { byId, make, setHidden, setText, updateList } from "./page.js";
import { mailStateOf, timeOf } from "./words.js";

function createEntry(mail, onRetry) {
    const entry = make("li", "mail");
    const head = make("p", "mail-head");
    head.append(make("span", "subject", mail.subject), " ", make("span", "to", `to ${mail.to}`));
    const again = make("button", "small", "Send it again");
    again.type = "button";
    again.addEventListener("click", () => onRetry(() => retryJob(mail.id)));
    entry.append(head, " ", make("span", "state"), " ", make("time", "hint"));
    entry.append(make("p", "words"), again);
    return entry;
}

function updateEntry(entry, mail) {
    const [word, sentence] = mailStateOf(mail);
    const state = entry.querySelector(".state");
    state.dataset.state = mail.state;
    setText(state, word);
    setText(entry.querySelector(".words"), sentence);
    const time = entry.querySelector("time");
    time.dateTime = mail.finished_at ?? mail.created_at;
    setText(time, timeOf(time.dateTime));
    const endedBadly = ["failed", "cancelled"].includes(mail.state);
    setHidden(entry.querySelector("button"), !endedBadly, byId("job-heading"));
}

// `onRetry` is given what to do when a mail is to be sent again.
export function showMails(mails, onRetry) {
    byId("mails").hidden = mails.length === 0;
    updateList(byId("mail-list"), mails, (mail) => createEntry(mail, onRetry), updateEntry);
}
