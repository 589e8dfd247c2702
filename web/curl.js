// SPDX-License-Identifier: Apache-2.0
// The shell line that submits the same job. It may be pasted into any POSIX shell: whatever the
// values hold stays inside single quotes.

// Linux takes at most 128 KiB as one argument of a program. printf is the shell's own, and no
// program: longer bodies go through it.
const longestArgument = 100000;

export function shellQuote(text) {
    return /^[A-Za-z0-9_/:=.,@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

export function curlLine(address, body) {
    const post = `curl -i ${shellQuote(address)} -H 'Content-Type: application/json'`;
    // In bytes, as the limit is. curl would read a body that begins with @ from a file; JSON
    // begins with none.
    if (new TextEncoder().encode(body).length < longestArgument) {
        return `${post} -d ${shellQuote(body)}`;
    }
    return `printf %s ${shellQuote(body)} | ${post} --data-binary @-`;
}

// The line for a job: a computation the way the form sends it, anything else as a call.
export function curlLineOf(origin, job) {
    if (job.service === "compute" && job.method === "compute" && job.argTexts.length === 0) {
        return curlLine(`${origin}/compute`, job.kwargsText);
    }
    const call = [
        `"service":${JSON.stringify(job.service)}`,
        `"method":${JSON.stringify(job.method)}`,
        `"args":[${job.argTexts.join(",")}]`,
        `"kwargs":${job.kwargsText}`,
    ];
    return curlLine(`${origin}/jobs`, `{${call.join(",")}}`);
}
