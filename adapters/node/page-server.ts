// Page server: folders of this machine as a site on its own loopback address, for notebooks and for tests of pages.
//
// Always true:
//   nothing outside of the folders is given out, and nobody but this machine is answered;
//   a path is looked for in the folders in their order.

import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";

/** A folder, or one file, under a path of the site. */
export interface ServedPath {
  /** Such as `/` or `/data/`; of one file its whole path. */
  readonly path: string;
  readonly source: string;
}

export interface PageServer {
  /** `http://127.0.0.1:PORT`. */
  readonly origin: string;
  close(): Promise<void>;
}

export interface PageServerOptions {
  /** 0, the default, takes any free one. */
  readonly port?: number;
  /** Answers what the folders do not have; false when it has no answer either. */
  readonly answer?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".wasm": "application/wasm",
  ".csv": "text/csv; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** Serves folders until it is closed. @throws Error of the host when the port is taken. */
export function servePages(served: readonly ServedPath[], options: PageServerOptions = {}): Promise<PageServer> {
  const server = createServer((request, response) => {
    const file = fileOf(request, served);
    if (file !== null) sendFile(file, request, response);
    else if (options.answer?.(request, response) !== true) response.writeHead(404).end("no such file\n");
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      const close = (): Promise<void> =>
        new Promise((done) => {
          server.close(() => done());
          server.closeAllConnections();
        });
      resolve({ origin: `http://127.0.0.1:${port}`, close });
    });
  });
}

function fileOf({ url, method }: IncomingMessage, served: readonly ServedPath[]): string | null {
  if (method !== "GET" && method !== "HEAD") return null;
  const path = decodedPath(url ?? "/");
  if (path === null) return null;
  for (const one of served) {
    if (path === one.path && isFile(one.source)) return one.source;
    if (!one.path.endsWith("/") || !path.startsWith(one.path)) continue;
    const file = join(
      one.source,
      path.endsWith("/") ? `${path.slice(one.path.length)}index.html` : path.slice(one.path.length),
    );
    if (isFile(file)) return file;
  }
  return null;
}

/** The path without its query, in which no part leads upwards; null when it is none. */
function decodedPath(url: string): string | null {
  try {
    const path = decodeURIComponent(url.split(/[?#]/)[0] ?? "/");
    const isPlain = path.startsWith("/") && !path.includes("\0") && !path.includes("\\");
    return isPlain && normalize(path) === path ? path : null;
  } catch {
    return null;
  }
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

function sendFile(file: string, { method }: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, {
    "content-type": TYPES[extname(file)] ?? "application/octet-stream",
    "content-length": statSync(file).size,
    "cache-control": "no-store",
  });
  if (method === "HEAD") response.end();
  else createReadStream(file).pipe(response);
}
