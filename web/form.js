// SPDX-License-Identifier: Apache-2.0
// Reads the form, submits it, and says at each field what is wrong with it. Numbers stay text.

import * as api from "./api.js";
import { numberText } from "./json_text.js";
import { byId, setText } from "./page.js";
import { sizeOf } from "./words.js";

const form = byId("compute");
const names = ["operation", "value", "other", "email"];
const fieldOf = (name) => form.elements.namedItem(name);
const labels = { operation: "Operation", value: "Value", other: "Other", email: "Email" };
let underWay = false;

function bodyText() {
    const parts = [
        `"operation":${JSON.stringify(fieldOf("operation").value)}`,
        `"value":${numberText(fieldOf("value").value)}`,
        `"other":${numberText(fieldOf("other").value)}`,
    ];
    const email = fieldOf("email").value.trim();
    if (email) parts.push(`"email":${JSON.stringify(email)}`);
    return `{${parts.join(",")}}`;
}

function clearError(name) {
    setText(byId(`${name}-error`), "");
    fieldOf(name).removeAttribute("aria-invalid");
}

// The server's words, where they are not made for programs.
function sentenceOf(field, message) {
    if (message.startsWith("must be an integer")) return "Enter a whole number, such as 42 or -7.";
    return `${labels[field]} ${message}.`;
}

function showErrors(errors) {
    let first = null;
    for (const { field, message } of errors) {
        if (!names.includes(field)) continue;
        setText(byId(`${field}-error`), message);
        fieldOf(field).setAttribute("aria-invalid", "true");
        first ??= fieldOf(field);
    }
    first?.focus();
    return first !== null;
}

function say(text) {
    setText(byId("form-message"), text);
}

function blankFields() {
    return ["value", "other"]
        .filter((name) => fieldOf(name).value.trim() === "")
        .map((field) => ({ field, message: "Enter a whole number." }));
}

function showFailure(error) {
    if (error instanceof api.Away) {
        say("The server cannot be reached. What you entered is still here: try again in a while. " +
            "If the connection broke on the way back, the job is among the last jobs.");
    } else if (error instanceof api.Unreadable) {
        say("The server's answer cannot be read. What you entered is still here. If the server " +
            "took it, the job is among the last jobs.");
    } else if (error instanceof api.Refused) {
        const errors = error.errors.map(({ field, message }) => ({
            field,
            message: sentenceOf(field, message),
        }));
        if (!showErrors(errors)) say(`The server does not take this: ${error.message}.`);
    } else {
        throw error;
    }
}

async function submit(onSubmitted) {
    if (underWay) return;
    names.forEach(clearError);
    say("");
    if (showErrors(blankFields())) return;
    underWay = true;
    form.setAttribute("aria-busy", "true");
    try {
        onSubmitted(await api.submit(bodyText()));
    } catch (error) {
        showFailure(error);
    } finally {
        underWay = false;
        form.removeAttribute("aria-busy");
    }
}

// `onSubmitted` is given the id of each new job.
export function startForm(onSubmitted) {
    form.addEventListener("submit", (event) => {
        event.preventDefault();
        submit(onSubmitted);
    });
    for (const name of names) fieldOf(name).addEventListener("input", () => clearError(name));
    for (const name of ["value", "other"]) {
        const showSize = () => setText(byId(`${name}-size`), sizeOf(fieldOf(name).value));
        fieldOf(name).addEventListener("input", showSize);
        showSize(); // the browser may have put back what was typed before
    }
}
