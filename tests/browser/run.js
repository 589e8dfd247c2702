// SPDX-License-Identifier: Apache-2.0
// Runs every test of the form, or those whose name holds the argument; the last line is
// "N passed, N failed". ERRAND_BIN names the folder of the server, build/release/bin by default;
// PICTURES a folder for the screenshots, build/pictures by default.

import { readdirSync } from "node:fs";

import { closeBrowser } from "./browser.js";
import { runTests } from "./harness.js";
import { removeTemporaryFolders } from "./places.js";
import { stopServers } from "./server.js";

// Also when the tests are ended from outside: no server outlives them.
process.on("exit", () => {
    stopServers();
    removeTemporaryFolders();
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(130));

const folder = new URL(".", import.meta.url);
for (const file of readdirSync(folder).sort()) {
    if (file.endsWith("_test.js")) await import(new URL(file, folder));
}

const { passed, failed } = await runTests(process.argv[2] ?? "");
await closeBrowser();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
