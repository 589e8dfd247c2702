// SPDX-License-Identifier: Apache-2.0
// Finds the mails of a job. Those it cast are its children. "API Notification" is not: it was
// submitted beside the job, in the same transaction, and so carries the same microsecond; another's
// mail may carry it too, so it must also go to the address that the job was given.

import { Refused, listJobs, readJob } from "./api.js";
import { members, plain } from "./json_text.js";

const notifications = new Map(); // job's id -> the mail's id or null; it never changes
const headings = new Map(); // mail's id -> what its list entry does not tell
const deepest = 4; // pages of 500 to look through for an old job's notification

// A mail, or null where retention took it before its job.
async function readMail(id, signal) {
    try {
        return await readJob(id, signal);
    } catch (error) {
        if (error instanceof Refused && error.status === 404) return null;
        throw error;
    }
}

async function headingOf(id, signal) {
    if (!headings.has(id)) {
        const full = await readMail(id, signal);
        if (!full) return null;
        const named = members(full.kwargsText);
        const text = (name, place) => plain(full.argTexts[place] ?? named.get(name) ?? '""');
        headings.set(id, { to: text("to", 0), subject: text("subject", 1) });
    }
    return headings.get(id);
}

async function findNotification(job, signal) {
    const email = job.args[3] ?? job.kwargs.email;
    if (!email) return null;
    let after;
    for (let page = 0; page < deepest; page += 1) {
        const filter = { service: "mail", method: "send", limit: page ? 500 : 20 };
        const list = await listJobs(after ? { ...filter, after } : filter, signal);
        const isOfThen = (mail) => !mail.parent_id && mail.created_at === job.created_at;
        for (const { id } of list.jobs.filter(isOfThen)) {
            if ((await headingOf(id, signal))?.to === email) return id;
        }
        after = list.next;
        // Stamps are of one length and one zone: they compare as text.
        const reached = list.scanned_to ?? list.jobs.at(-1)?.created_at;
        if (!after || reached < job.created_at) return null;
    }
    return null;
}

// The job's mails in the order in which they were made.
export async function mailsOf(job, signal) {
    const { jobs } = await listJobs({ parent: job.id, limit: 50 }, signal);
    const mails = jobs.filter((child) => child.service === "mail").reverse();
    if (!job.parent_id && !notifications.has(job.id)) {
        notifications.set(job.id, await findNotification(job, signal));
    }
    const notification = notifications.get(job.id);
    if (notification) mails.unshift(await readMail(notification, signal));
    const headed = mails.map(async (mail) => {
        const heading = mail && (await headingOf(mail.id, signal));
        return heading && { ...mail, ...heading };
    });
    return (await Promise.all(headed)).filter(Boolean);
}
