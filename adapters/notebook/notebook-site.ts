// The site of the notebook: its page, the golden runs and DuckDB's files, all from this machine.

import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { goldenDocument, goldenPaths } from "../golden/golden-site.js";
import type { ServedPath } from "../node/page-server.js";

export interface NotebookSite {
  readonly paths: readonly ServedPath[];
  readonly answer: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/** @param root The project's root, built. */
export function notebookSite(root: string): NotebookSite {
  const module = (name: string): string => join(root, `assembly/${name}.wasm`);
  return {
    paths: [
      { path: "/", source: join(root, "dist/notebook") },
      { path: "/duckdb/", source: join(root, "node_modules/@duckdb/duckdb-wasm/dist") },
      ...goldenPaths(root, { release: module("goldentape"), debug: module("goldentape.debug") }),
    ],
    answer({ url }, response) {
      if (url === "/favicon.ico") {
        response.writeHead(204).end();
        return true;
      }
      if (url !== "/golden.json") return false;
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(goldenDocument(root)));
      return true;
    },
  };
}
