// SPDX-License-Identifier: Apache-2.0
// Submits the form as POST /compute and follows the job until it has ended. Numbers stay text from
// end to end: JSON.parse would round whatever is over 2^53.

const form = document.getElementById("compute");
const statusLine = document.getElementById("status");
const resultLine = document.getElementById("result");
const jobLink = document.getElementById("job-link");
const finished = ["succeeded", "failed", "cancelled"];
let newest = 0; // which submission the page shows; an earlier one's answers come too late

// Where the string that begins at `at` ends.
function endOfString(text, at) {
    for (at += 1; text[at] !== '"'; at += 1) {
        if (text[at] === "\\") at += 1;
    }
    return at + 1;
}

// Where the JSON value that begins at `at` ends. The text is known to be JSON.
function endOfValue(text, at) {
    if (text[at] === '"') return endOfString(text, at);
    let depth = 0;
    while (at < text.length) {
        if (text[at] === '"') {
            at = endOfString(text, at);
            continue;
        }
        if ("[{".includes(text[at])) depth += 1;
        if ("]}".includes(text[at]) && --depth < 0) return at;
        if (text[at] === "," && depth === 0) return at;
        at += 1;
    }
    return at;
}

// The text of a member of a JSON object, as it was written; undefined where there is none.
export function rawMember(text, name) {
    let at = text.indexOf("{") + 1;
    while (at < text.length) {
        const keyStart = text.indexOf('"', at);
        if (keyStart < 0) return undefined;
        const keyEnd = endOfString(text, keyStart);
        let valueStart = text.indexOf(":", keyEnd) + 1;
        while (" \n\r\t".includes(text[valueStart])) valueStart += 1;
        const valueEnd = endOfValue(text, valueStart);
        if (JSON.parse(text.slice(keyStart, keyEnd)) === name) {
            return text.slice(valueStart, valueEnd).trim();
        }
        at = valueEnd + 1;
    }
    return undefined;
}

// Digits go as they are; anything else as a string, for the server to judge.
export function numberText(text) {
    const trimmed = text.trim();
    return /^-?(0|[1-9][0-9]*)$/.test(trimmed) ? trimmed : JSON.stringify(text);
}

function bodyText(data) {
    const members = [
        `"operation":${JSON.stringify(data.get("operation"))}`,
        `"value":${numberText(data.get("value"))}`,
        `"other":${numberText(data.get("other"))}`,
    ];
    const email = data.get("email").trim();
    if (email) members.push(`"email":${JSON.stringify(email)}`);
    return `{${members.join(",")}}`;
}

function clearErrors() {
    for (const line of form.querySelectorAll(".error")) line.textContent = "";
    for (const input of form.elements) input.removeAttribute("aria-invalid");
}

function showProblem(problem) {
    statusLine.textContent = problem.detail || problem.title || "The server refused this.";
    let first = null;
    for (const { field, message } of problem.errors || []) {
        const line = document.getElementById(`${field}-error`);
        if (!line) continue;
        line.textContent = message;
        form.elements[field].setAttribute("aria-invalid", "true");
        first = first || form.elements[field];
    }
    if (first) first.focus();
}

function pause(milliseconds) {
    return new Promise((resume) => setTimeout(resume, milliseconds));
}

function showJob(text) {
    const job = JSON.parse(text);
    const ended = finished.includes(job.state);
    statusLine.textContent = ended ? `The job ${job.state}.` : `The job is ${job.state}.`;
    if (job.state === "succeeded") resultLine.textContent = rawMember(text, "result");
    if (job.state === "cancelled") statusLine.textContent = "The job was cancelled.";
    if (job.error) resultLine.textContent = `${job.error.type}: ${job.error.message}`;
    return ended;
}

async function follow(address, submission) {
    for (let wait = 100; submission === newest; wait = Math.min(wait * 1.5, 5000)) {
        const response = await fetch(address);
        const text = await response.text();
        if (submission !== newest) return;
        if (!response.ok) return showProblem(JSON.parse(text));
        if (showJob(text)) return;
        await pause(wait);
    }
}

async function submit() {
    const submission = ++newest;
    clearErrors();
    resultLine.textContent = "";
    jobLink.hidden = true;
    statusLine.textContent = "Submitting.";
    const response = await fetch("/compute", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: bodyText(new FormData(form)),
    });
    if (submission !== newest) return;
    if (!response.ok) return showProblem(await response.json());
    const address = response.headers.get("Location");
    jobLink.href = address;
    jobLink.hidden = false;
    await follow(address, submission);
}

form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit().catch((error) => {
        statusLine.textContent = `The server cannot be reached (${error.message}).`;
    });
});
