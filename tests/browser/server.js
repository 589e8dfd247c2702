// SPDX-License-Identifier: Apache-2.0
// Starts the real server on a free port with a data directory of its own, and ends it by its pid.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { errandd, root, temporaryFolder } from "./places.js";

const running = new Set();

// Without the variables that the server would take for settings.
function ownEnvironment() {
    const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("ERRAND_"));
    return Object.fromEntries(kept);
}

export class Server {
    // Settings over those that every server here has.
    constructor(settings = {}) {
        this.settings = settings;
        this.data = temporaryFolder();
        this.port = 0;
    }

    // Starts, or starts again on the port it had; resolves when it serves.
    async start() {
        const settings = {
            "http.port": this.port,
            "http.root": join(root, "web"),
            "data.directory": this.data,
            ...this.settings,
        };
        const options = Object.entries(settings).map(([key, value]) => `-D${key}=${value}`);
        const stdio = ["ignore", "pipe", "pipe"];
        this.process = spawn(errandd, options, { stdio, env: ownEnvironment(), cwd: this.data });
        running.add(this.process);
        this.log = "";
        this.process.on("error", (error) => (this.log += error.message));
        this.process.stderr.on("data", (text) => (this.log += text));
        for await (const line of createInterface({ input: this.process.stdout })) {
            const ready = line.match(/^errandd ready: http:\/\/127\.0\.0\.1:(\d+) /);
            if (!ready) continue;
            this.port = Number(ready[1]);
            this.url = `http://127.0.0.1:${this.port}`;
            this.process.stdout.resume();
            return this;
        }
        throw new Error(`errandd did not start: ${this.log}`);
    }

    async stop() {
        if (this.process.exitCode === null) {
            this.process.kill("SIGKILL");
            await once(this.process, "exit");
        }
        running.delete(this.process);
    }

    async ask(method, path, body) {
        const headers = body ? { "Content-Type": "application/json" } : {};
        const answer = await fetch(this.url + path, { method, headers, body });
        return { status: answer.status, headers: answer.headers, text: await answer.text() };
    }

    // The id of a new job.
    async submit(body) {
        const { text } = await this.ask("POST", "/jobs", JSON.stringify(body));
        return JSON.parse(text).id;
    }

    async job(id) {
        return JSON.parse((await this.ask("GET", `/jobs/${id}`)).text);
    }

    async list(query) {
        return JSON.parse((await this.ask("GET", `/jobs?${query}`)).text).jobs;
    }
}

let shared;

// The server that tests share which neither stop it nor break its data directory.
export function sharedServer() {
    shared ??= new Server().start();
    return shared;
}

// A server of a test's own; ended when the test ends.
export async function withServer(use, settings = {}) {
    const server = await new Server(settings).start();
    try {
        await use(server);
    } finally {
        await server.stop();
    }
}

export function stopServers() {
    for (const child of running) child.kill("SIGKILL");
}
