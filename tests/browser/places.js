// SPDX-License-Identifier: Apache-2.0
// Where things are: the tree, the server under test, the packages that scripts/setup installed, and
// the form's own modules, which a browser loads but node needs a word about.

import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const errandd = join(process.env.ERRAND_BIN ?? join(root, "build/release/bin"), "errandd");

const packages = createRequire(join(root, "build/node/package.json"));
export const playwright = packages("playwright-core");
export const axeSource = packages("axe-core").source;

const folders = [];

export function temporaryFolder() {
    const folder = mkdtempSync(join(tmpdir(), "errand-browser-"));
    folders.push(folder);
    return folder;
}

export function removeTemporaryFolders() {
    // Chromium may still be writing into its own.
    const options = { recursive: true, force: true, maxRetries: 5 };
    for (const folder of folders) rmSync(folder, options);
}

let modules;

// A module of web/. Without a package.json that says so, older nodes take them for CommonJS; the
// web root is no place for one, so node gets a copy beside one.
export async function webModule(name) {
    if (!modules) {
        modules = temporaryFolder();
        cpSync(join(root, "web"), modules, { recursive: true });
        writeFileSync(join(modules, "package.json"), '{"type":"module"}');
    }
    return import(pathToFileURL(join(modules, name)));
}

// Where screenshots go: into the documentation when asked for, else beside the build's logs.
export function pictureFolder() {
    const folder = join(root, process.env.PICTURES ?? "build/pictures");
    mkdirSync(folder, { recursive: true });
    return folder;
}
