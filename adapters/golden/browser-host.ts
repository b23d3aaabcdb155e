// Browsers of the golden matrix: a page of this machine's own server, opened by a headless browser that needs no
// driver, because the page itself posts what came out.

import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { servePages } from "../node/page-server.js";
import { goldenDocument, goldenPaths } from "./golden-site.js";

export interface BrowserHostOptions {
  /** The project's root. */
  readonly root: string;
  /** Files of both builds of the module. */
  readonly release: string;
  readonly debug: string;
}

export interface BrowserHost {
  /** `chromium 150.0.7871.100`. */
  readonly name: string;
  /** What page and worker found, or what went wrong. Ends the browser. */
  results(): Promise<{ readonly page: unknown; readonly worker: unknown } | string>;
}

const PROGRAMS = {
  chromium: ["chromium", "chromium-browser", "google-chrome"],
  firefox: ["firefox-esr", "firefox"],
} as const;
const PATIENCE_MS = 180_000;
const PAGE = `<!doctype html><meta charset="utf-8"><title>golden</title>
<script type="module" src="/gate/gate.js"></script>`;

/** Finds a browser; null when this machine has none of its programs. */
export async function openHost(
  browser: keyof typeof PROGRAMS,
  options: BrowserHostOptions,
): Promise<BrowserHost | null> {
  const program = PROGRAMS[browser].find((one) => spawnSync("sh", ["-c", `command -v ${one}`]).status === 0);
  if (program === undefined) return null;
  const version = spawnSync(program, ["--version"], { encoding: "utf8" }).stdout;
  const name = `${browser} ${/[0-9][0-9.]*[a-z]*/.exec(version)?.[0] ?? ""}`.trim();
  return { name, results: () => results(browser, program, options) };
}

async function results(
  browser: keyof typeof PROGRAMS,
  program: string,
  options: BrowserHostOptions,
): ReturnType<BrowserHost["results"]> {
  const profile = mkdtempSync(join(tmpdir(), "goldentape-browser-"));
  let post: (answer: Awaited<ReturnType<BrowserHost["results"]>>) => void = () => undefined;
  const posted = new Promise<Awaited<ReturnType<BrowserHost["results"]>>>((resolve) => (post = resolve));
  const paths = [
    { path: "/gate/", source: join(options.root, "dist/notebook") },
    ...goldenPaths(options.root, options),
  ];
  const server = await servePages(paths, {
    answer: answers(options, (text) => post(JSON.parse(text) as { page: unknown; worker: unknown })),
  });
  const address = `${server.origin}/gate.html`;
  const args =
    browser === "chromium"
      ? ["--headless", "--no-sandbox", "--disable-gpu", `--user-data-dir=${profile}`, address]
      : ["--headless", "--no-remote", "--profile", profile, address];
  const child = spawn(program, args, { stdio: "ignore", detached: true, env: { ...process.env, HOME: profile } });
  child.once("error", (error) => post(error.message));
  child.once("exit", (code) => post(`${basename(program)} ended with ${code} before it had an answer`));
  const timer = setTimeout(() => post(`no answer within ${PATIENCE_MS / 1000} s`), PATIENCE_MS);
  try {
    return await posted;
  } finally {
    clearTimeout(timer);
    endGroup(child.pid);
    await server.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** Ends the browser with the processes that it started, which are a group of their own. */
function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

function answers(
  { root }: BrowserHostOptions,
  post: (text: string) => void,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  return (request, response) => {
    if (request.url === "/gate.html") response.writeHead(200, { "content-type": "text/html" }).end(PAGE);
    else if (request.url === "/golden.json") response.end(JSON.stringify(goldenDocument(root)));
    else if (request.url === "/results" && request.method === "POST") {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        response.end();
        post(Buffer.concat(parts).toString("utf8"));
      });
    } else return false;
    return true;
  };
}
