// SPDX-License-Identifier: Apache-2.0
// Small things every part of the page needs. Texts go in as text, never as markup.

export const byId = (id) => document.getElementById(id);

// A live region speaks whenever it is written to, so what stays the same is left alone.
export function setText(element, text) {
    if (element.textContent !== text) element.textContent = text;
}

// Hides or shows; focus on something that goes away would be lost, and moves to `refuge`.
export function setHidden(element, hidden, refuge) {
    if (hidden && refuge && element.contains(document.activeElement)) refuge.focus();
    element.hidden = hidden;
}

export function make(tag, className, text = "") {
    const element = document.createElement(tag);
    if (className) element.className = className;
    element.textContent = text;
    return element;
}

// Makes a list's entries those of `items`, in order. An entry whose item stays is kept, with the
// focus it may have. `create` makes one, `update` fills it.
export function updateList(list, items, create, update) {
    const old = new Map([...list.children].map((entry) => [entry.dataset.id, entry]));
    items.forEach((item, place) => {
        let entry = old.get(item.id);
        if (!entry) {
            entry = create(item);
            entry.dataset.id = item.id;
        }
        old.delete(item.id);
        update(entry, item);
        const there = list.children[place];
        if (there !== entry) list.insertBefore(entry, there ?? null);
    });
    for (const entry of old.values()) entry.remove();
}
