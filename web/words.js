// SPDX-License-Identifier: Apache-2.0
// What a job, its error and its mails are called in words. Nothing here touches the page.

import { members, plain } from "./json_text.js";

const signs = { sum: "+", sub: "−", mul: "×", div: "÷" };

// Why it failed, for a reader who knows no programming; what the server says stands below.
const reasons = {
    ZeroDivisionError: "Nothing can be divided by zero.",
    Timeout: "It took longer than it may.",
    NodeLost: "The server broke down whenever this job ran.",
    Expired: "Its time ran out before it could begin.",
    UnknownService: "No service here does this.",
    TryAgain: "Something it needs was away.",
};

// These say the same however often one asks.
const finalErrors = ["ZeroDivisionError", "ValueError", "KeyError", "TypeError", "OverflowError"];

export function hasEnded(job) {
    return ["succeeded", "failed", "cancelled"].includes(job.state);
}

// An instant as the reader's clock shows it; with its date unless that is today's.
export function timeOf(stamp, now = new Date()) {
    const time = new Date(stamp);
    const style = { timeStyle: "medium" };
    if (time.toDateString() !== now.toDateString()) style.dateStyle = "medium";
    return time.toLocaleString(undefined, style);
}

export function durationOf(milliseconds) {
    if (milliseconds < 1) return "less than a millisecond";
    if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
    if (milliseconds < 120000) return `${(milliseconds / 1000).toFixed(1)} s`;
    return `${Math.round(milliseconds / 60000)} minutes`;
}

// "300 digits", or nothing where one sees at a glance how many they are.
export function sizeOf(number, least = 12) {
    const digits = number.replace(/[^0-9]/g, "").length;
    return digits < least ? "" : `${digits.toLocaleString("en")} digits`;
}

// A long number by its ends, in as many characters as it may have.
export function shortened(number, longest) {
    if (number.length <= longest) return number;
    const tail = Math.floor(longest / 3);
    return `${number.slice(0, longest - tail - 1)}…${number.slice(-tail)}`;
}

function argumentsOf(job) {
    const named = members(job.kwargsText);
    const texts = ["operation", "value", "other"].map(
        (name, place) => job.argTexts[place] ?? named.get(name) ?? "null",
    );
    return texts.map(plain);
}

// "30 + 10", or the method's name for what is no computation.
export function questionOf(job, longest) {
    const [operation, value, other] = argumentsOf(job);
    const sign = signs[operation];
    if (job.service !== "compute" || !sign) return `${job.service}.${job.method}`;
    return `${shortened(value.trim(), longest)} ${sign} ${shortened(other.trim(), longest)}`;
}

export function mayHelpToRetry(job) {
    if (job.state === "cancelled") return true;
    return job.state === "failed" && !finalErrors.includes(job.error?.type);
}

function isDue(job, now) {
    // The server's clock need not be the reader's.
    return new Date(job.run_at) - now < 1000;
}

function nextTry(job, now) {
    if (isDue(job, now)) return "The next try comes shortly.";
    return `The next try comes at ${timeOf(job.run_at, now)}.`;
}

function waiting(job, now) {
    if (job.error) {
        const failed = job.attempt > 0 ? `Try ${job.attempt} failed.` : reasons.TryAgain;
        return ["Waiting", `${failed} ${nextTry(job, now)}`];
    }
    if (!isDue(job, now)) return ["Scheduled", `It runs at ${timeOf(job.run_at, now)}.`];
    return ["Queued", "It waits for its turn."];
}

// A state as [word, sentence].
export function stateOf(job, now = new Date()) {
    const taken = new Date(job.finished_at) - new Date(job.started_at || job.finished_at);
    switch (job.state) {
        case "queued":
            return waiting(job, now);
        case "running":
            return job.cancel_requested
                ? ["Stopping", "It has been asked to stop."]
                : ["Running", "The answer is being computed."];
        case "succeeded":
            return ["Succeeded", `It took ${durationOf(taken)}.`];
        case "failed":
            return ["Failed", reasons[job.error?.type] ?? "It went wrong."];
        case "cancelled":
            return ["Cancelled", "It was stopped before it had an answer."];
        default:
            return [job.state, ""];
    }
}

// A mail's state as [word, sentence].
export function mailStateOf(mail, now = new Date()) {
    const error = mail.error ? mail.error.message : "";
    switch (mail.state) {
        case "queued":
            return ["Waiting", error && `Not sent yet: ${error}. ${nextTry(mail, now)}`];
        case "running":
            return ["Sending", ""];
        case "succeeded":
            return ["Sent", ""];
        case "failed":
            return ["Not sent", error];
        case "cancelled":
            return ["Not sent", "It was cancelled."];
        default:
            return [mail.state, error];
    }
}
