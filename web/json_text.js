// SPDX-License-Identifier: Apache-2.0
// The text of the parts of a JSON text, as it was written. JSON.parse would turn each number into a
// double and round whatever is over 2^53; here no digit is touched. The text is known to be JSON:
// whoever calls has let JSON.parse read it.

const blanks = " \t\n\r";

function skipBlanks(text, at) {
    while (blanks.includes(text[at])) at += 1;
    return at;
}

// Where the string that begins at `at` ends.
function endOfString(text, at) {
    for (at += 1; text[at] !== '"'; at += 1) {
        if (text[at] === "\\") at += 1;
    }
    return at + 1;
}

// Where the value that begins at `at` ends.
function endOfValue(text, at) {
    let depth = 0;
    do {
        if (text[at] === '"') {
            at = endOfString(text, at);
            continue;
        }
        if ("[{".includes(text[at])) depth += 1;
        if ("]}".includes(text[at])) depth -= 1;
        at += 1;
    } while (at < text.length && (depth > 0 || !`,]}${blanks}`.includes(text[at])));
    return at;
}

// The texts of an array's elements, or of an object's members as [name, text]; empty for others.
function parts(text, opening, read) {
    let at = skipBlanks(text, 0);
    if (text[at] !== opening) return;
    at = skipBlanks(text, at + 1);
    while (!"]}".includes(text[at])) {
        at = skipBlanks(text, read(at));
        if (text[at] === ",") at = skipBlanks(text, at + 1);
    }
}

export function elements(text) {
    const found = [];
    parts(text, "[", (at) => {
        const end = endOfValue(text, at);
        found.push(text.slice(at, end));
        return end;
    });
    return found;
}

// A Map, so that a member named __proto__ is one like any other.
export function members(text) {
    const found = new Map();
    parts(text, "{", (at) => {
        const nameEnd = endOfString(text, at);
        const begin = skipBlanks(text, skipBlanks(text, nameEnd) + 1);
        const end = endOfValue(text, begin);
        found.set(JSON.parse(text.slice(at, nameEnd)), text.slice(begin, end));
        return end;
    });
    return found;
}

// How a person reads a value: a string without its quotes, anything else as it was written.
export function plain(text) {
    return text.startsWith('"') ? JSON.parse(text) : text;
}

// What a person typed, as JSON: digits go as the number they are, anything else as a string, which
// the server may still take ("1_000") and otherwise says what is wrong with.
export function numberText(typed) {
    const trimmed = typed.trim();
    return /^-?(0|[1-9][0-9]*)$/.test(trimmed) ? trimmed : JSON.stringify(typed);
}
