// SPDX-License-Identifier: Apache-2.0
// The smallest thing that runs tests: named functions, one after the other, and the closing line
// that scripts/test adds up.

const tests = [];

// Milliseconds; the slowest takes ten seconds on a busy machine. It matters only when one hangs.
const limit = 120000;

export function test(name, run) {
    tests.push({ name, run });
}

async function within(milliseconds, promise) {
    let timer;
    const late = new Promise((_, fail) => {
        timer = setTimeout(() => fail(new Error(`not done in ${milliseconds} ms`)), milliseconds);
    });
    try {
        return await Promise.race([promise, late]);
    } finally {
        clearTimeout(timer);
    }
}

// Runs those whose name holds the pattern; how many failed.
export async function runTests(pattern) {
    let passed = 0;
    let failed = 0;
    for (const { name, run } of tests.filter((one) => one.name.includes(pattern))) {
        try {
            await within(limit, run());
            passed += 1;
            console.log(`ok    ${name}`);
        } catch (error) {
            failed += 1;
            console.log(`FAIL  ${name}\n${error.stack ?? error}`);
        }
    }
    return { passed, failed };
}
