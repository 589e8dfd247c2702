// SPDX-License-Identifier: Apache-2.0
// Asks again and again until there is nothing more to learn: quickly while things change, ever more
// slowly while they do not, and not at all while nobody looks at the page.

const shortest = 100; // milliseconds; most jobs have ended by then
const longest = 5000;

// Resolves when the time is over or the signal aborts; earlier when the page comes into view or the
// network comes back, since what is shown is then probably stale.
function pause(milliseconds, signal) {
    return new Promise((resume) => {
        const done = new AbortController();
        const finish = () => {
            clearTimeout(timer);
            done.abort();
            resume();
        };
        const timer = setTimeout(finish, milliseconds);
        document.addEventListener("visibilitychange", finish, { signal: done.signal });
        window.addEventListener("online", finish, { signal: done.signal });
        signal.addEventListener("abort", finish, { signal: done.signal });
    });
}

// Calls `look` until it answers "ended" or the signal aborts; "changed" makes it hurry again.
export async function follow(look, signal) {
    let wait = shortest;
    while (!signal.aborted) {
        if (document.hidden) {
            await pause(2 ** 31 - 1, signal);
            continue;
        }
        const seen = await look();
        if (seen === "ended") return;
        wait = seen === "changed" ? shortest : Math.min(wait * 1.5, longest);
        if (!signal.aborted) await pause(wait, signal);
    }
}
