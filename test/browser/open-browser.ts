// A headless browser over the built files, for tests that were asked to use one: GOLDENTAPE_BROWSER names its program.

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { chromium } from "playwright-core";
import type { Browser, Page } from "playwright-core";
import { servePages } from "../../adapters/node/page-server.js";
import type { PageServer, PageServerOptions, ServedPath } from "../../adapters/node/page-server.js";
import { PROJECT_ROOT } from "../house/source-tree.js";

/** The browser's program, or null when the tests were not asked to use one. */
export function browserProgram(): string | null {
  const stated = process.env["GOLDENTAPE_BROWSER"];
  if (stated === undefined || stated === "") return null;
  const found = spawnSync("sh", ["-c", `command -v "${stated}"`], { encoding: "utf8" });
  if (found.status !== 0) throw new Error(`GOLDENTAPE_BROWSER: there is no program ${stated} here`);
  return found.stdout.trim();
}

export interface OpenBrowser {
  readonly browser: Browser;
  readonly server: PageServer;
  /** A page at a path of the server; a fault of its scripts fails the test. */
  page(path: string): Promise<Page>;
  close(): Promise<void>;
}

/** Starts a server over `dist` and the paths given, and a browser. */
export async function openBrowser(
  program: string,
  served: readonly ServedPath[] = [],
  answer?: PageServerOptions["answer"],
): Promise<OpenBrowser> {
  const blank: ServedPath = { path: "/blank.html", source: join(PROJECT_ROOT, "test/browser/blank.html") };
  const paths = [...served, blank, { path: "/dist/", source: join(PROJECT_ROOT, "dist") }];
  const server = await servePages(paths, answer === undefined ? {} : { answer });
  const browser = await chromium.launch({ executablePath: program, args: ["--no-sandbox"] });
  return {
    browser,
    server,
    async page(path) {
      const page = await browser.newPage();
      page.on("pageerror", (error) => {
        throw error;
      });
      await page.goto(server.origin + path);
      return page;
    },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}
