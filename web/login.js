// SPDX-License-Identifier: Apache-2.0
// Where the server asks for tokens: asks for one, and keeps it nowhere. The session that it begins
// is a cookie, which scripts cannot read.

import { Away, logIn, logOut, readSession } from "./api.js";
import { byId, setText } from "./page.js";

async function submitted(event) {
    event.preventDefault();
    const field = byId("token");
    setText(byId("login-message"), "");
    try {
        await logIn(field.value.trim());
        location.reload();
    } catch (error) {
        const text = error instanceof Away ? "The server does not answer." : error.message;
        setText(byId("login-message"), text);
        field.select();
    }
}

function askForToken() {
    byId("page").hidden = true;
    byId("login").hidden = false;
    byId("login").addEventListener("submit", submitted);
    byId("token").focus();
}

function showName(name) {
    setText(byId("who-name"), name);
    byId("who").hidden = false;
    byId("logout").addEventListener("click", async () => {
        await logOut();
        location.reload();
    });
}

// Whether the page may be used; else it asks for a token. A server that is away is told of by what
// is asked of it next.
export async function startLogin() {
    try {
        const { name, scopes } = await readSession();
        if (name) showName(name);
        if (scopes.length > 0) return true;
    } catch {
        return true;
    }
    askForToken();
    return false;
}
