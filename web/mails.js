// SPDX-License-Identifier: Apache-2.0
// Finds the mails of a job. Those it cast are its children. "API Notification" is not: it was
// submitted beside the job, in the same transaction, and so carries the same microsecond.

import { listJobs, readJob } from "./api.js";
import { members, plain } from "./json_text.js";

const notifications = new Map(); // job's id -> the mail's id; it never changes
const headings = new Map(); // mail's id -> what its list entry does not tell
const deepest = 4; // pages of 500 to look through for an old job's notification

async function findNotification(job, signal) {
    let after;
    for (let page = 0; page < deepest; page += 1) {
        const filter = { service: "mail", method: "send", limit: page ? 500 : 20 };
        const list = await listJobs(after ? { ...filter, after } : filter, signal);
        const isIt = (mail) => !mail.parent_id && mail.created_at === job.created_at;
        const found = list.jobs.find(isIt);
        if (found) return found.id;
        after = list.next;
        // Stamps are of one length and one zone: they compare as text.
        if (!after || list.jobs.at(-1).created_at < job.created_at) return null;
    }
    return null;
}

async function withHeading(mail, signal) {
    if (!headings.has(mail.id)) {
        const full = await readJob(mail.id, signal);
        const named = members(full.kwargsText);
        const text = (name, place) => plain(full.argTexts[place] ?? named.get(name) ?? '""');
        headings.set(mail.id, { to: text("to", 0), subject: text("subject", 1) });
    }
    return { ...mail, ...headings.get(mail.id) };
}

// The job's mails in the order in which they were made.
export async function mailsOf(job, signal) {
    const { jobs } = await listJobs({ parent: job.id, limit: 50 }, signal);
    const mails = jobs.filter((child) => child.service === "mail").reverse();
    if (!job.parent_id && !notifications.has(job.id)) {
        notifications.set(job.id, await findNotification(job, signal));
    }
    const notification = notifications.get(job.id);
    if (notification) mails.unshift(await readJob(notification, signal));
    return Promise.all(mails.map((mail) => withHeading(mail, signal)));
}
