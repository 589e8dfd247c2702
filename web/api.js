// SPDX-License-Identifier: Apache-2.0
// The server's requests, one function each. Every one throws Away where no answer came, Refused
// where the server answered with a problem, and Unreadable where what answered is not the server.

import { elements, members } from "./json_text.js";

// A server on the same machine answers within milliseconds; one that is busy, within a second.
const patience = 15000;

export class Away extends Error {}

export class Refused extends Error {
    constructor(status, problem) {
        super(problem.detail || problem.title || `the server answered ${status}`);
        this.status = status;
        this.errors = problem.errors || [];
    }
}

// A proxy's or a portal's page, say, that comes as a success.
export class Unreadable extends Refused {
    constructor() {
        super(502, { title: "its answer cannot be read" });
    }
}

// Anything that goes wrong in reading is the answer's fault.
function understood(read) {
    try {
        return read();
    } catch {
        throw new Unreadable();
    }
}

// What stands between may answer with a page of its own instead of a problem.
function problemOf(text) {
    try {
        return JSON.parse(text) || {};
    } catch {
        return {};
    }
}

async function ask(path, { signal, ...options } = {}) {
    const limit = AbortSignal.timeout(patience);
    let response;
    let text;
    try {
        const either = signal ? AbortSignal.any([signal, limit]) : limit;
        response = await fetch(path, { ...options, signal: either });
        text = await response.text();
    } catch (error) {
        signal?.throwIfAborted();
        throw new Away(error.message);
    }
    if (!response.ok) throw new Refused(response.status, problemOf(text));
    return { text, location: response.headers.get("Location") };
}

// A job as JSON.parse gives it, with the texts of what may hold numbers of any size.
export function jobOf(text) {
    const job = JSON.parse(text);
    const texts = members(text);
    job.resultText = texts.get("result");
    job.kwargsText = texts.get("kwargs");
    job.argTexts = elements(texts.get("args"));
    return job;
}

// Who asks, by name where tokens are asked for, and what may be done: {name, scopes}.
export async function readSession() {
    const { text } = await ask("/session");
    const session = understood(() => JSON.parse(text));
    if (!Array.isArray(session?.scopes)) throw new Unreadable();
    return session;
}

export async function logIn(token) {
    const headers = { "Content-Type": "application/json" };
    await ask("/session", { method: "POST", headers, body: JSON.stringify({ token }) });
}

export async function logOut() {
    await ask("/session", { method: "DELETE" });
}

const addressOf = (id) => `/jobs/${encodeURIComponent(id)}`;

// The id of the new job.
export async function submit(body) {
    const headers = { "Content-Type": "application/json" };
    const { location } = await ask("/compute", { method: "POST", headers, body });
    return understood(() => location.match(/\/jobs\/([0-9a-fA-F-]+)$/)[1]);
}

export async function readJob(id, signal) {
    const { text } = await ask(addressOf(id), { signal });
    return understood(() => jobOf(text));
}

// Jobs without args, kwargs and result, and where the list goes on.
export async function listJobs(filter, signal) {
    const { text } = await ask(`/jobs?${new URLSearchParams(filter)}`, { signal });
    const list = understood(() => JSON.parse(text));
    if (!Array.isArray(list?.jobs)) throw new Unreadable();
    return list;
}

export async function cancelJob(id) {
    await ask(addressOf(id), { method: "DELETE" });
}

export async function retryJob(id) {
    await ask(`${addressOf(id)}/retry`, { method: "POST" });
}
