// SPDX-License-Identifier: Apache-2.0
// Changes the server's answers on their way to the page, so that a state that passes in a moment
// stays for as long as a test looks at it, and one that takes a broken machine can be had at all.

function isJob(url) {
    return /^\/jobs\/[0-9a-f-]+$/.test(url.pathname);
}

// Lets `change` alter every job of that service that the page reads, alone or in a list. Until
// `change` gives something else, what it gives is what the page sees.
export async function changeJobs(page, service, change) {
    const altered = (job) => (job.service === service ? { ...job, ...change(job) } : job);
    const matches = (url) => isJob(url) || url.pathname === "/jobs";
    await page.route(matches, async (route) => {
        if (route.request().method() !== "GET") return route.fallback();
        const response = await route.fetch();
        // Jobs of these tests have numbers that JSON.parse keeps.
        const body = JSON.parse(await response.text());
        const json = body.jobs ? { ...body, jobs: body.jobs.map(altered) } : altered(body);
        return route.fulfill({ response, json });
    });
}

// How a job looks before it has ended.
export function unfinished(state, more = {}) {
    const nothing = { result: null, error: null, finished_at: null };
    return { ...nothing, state, started_at: state === "queued" ? null : undefined, ...more };
}

// Answers a path with a problem, or with a page as a proxy would; one method of it, or all.
export async function refuse(page, path, status, detail, method) {
    const problem = {
        status,
        contentType: "application/problem+json",
        body: JSON.stringify({ title: "Trouble", status, detail }),
    };
    const foreign = { status, contentType: "text/html", body: "<h1>Bad Gateway</h1>" };
    await page.route(path, (route) => {
        if (method && route.request().method() !== method) return route.fallback();
        return route.fulfill(detail ? problem : foreign);
    });
}
