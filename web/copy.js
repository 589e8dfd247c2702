// SPDX-License-Identifier: Apache-2.0
// The buttons that copy the text of another element.

import { byId } from "./page.js";

function select(element) {
    const selection = getSelection();
    selection.removeAllRanges();
    selection.selectAllChildren(element);
}

// Browsers offer the clipboard over HTTPS and on this machine only; elsewhere the old way is left.
async function copyText(element) {
    try {
        await navigator.clipboard.writeText(element.textContent);
        return true;
    } catch {
        select(element);
        return document.execCommand("copy");
    }
}

function say(button, words) {
    const label = button.firstChild;
    label.data = words;
    byId("copied").textContent = words;
    button.addEventListener("blur", () => (label.data = "Copy"), { once: true });
}

export function startCopying() {
    for (const button of document.querySelectorAll("[data-copies]")) {
        button.addEventListener("click", async () => {
            const copied = await copyText(byId(button.dataset.copies));
            say(button, copied ? "Copied" : "Selected: copy it by hand");
        });
    }
}
