// The notebooks: `npm run notebook` serves both on this machine and says where.
//
//     node dist/adapters/notebook/serve.js [PORT]

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { notebookSite } from "./notebook-site.js";
import { servePages } from "../node/page-server.js";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const PORT = 8017;

const stated = Number(process.argv[2] ?? PORT);
const { paths, answer } = notebookSite(ROOT);
try {
  const { origin } = await servePages(paths, { port: Number.isInteger(stated) ? stated : PORT, answer });
  process.stdout.write(`The page is at ${origin}/\nThe Observable notebook is at ${origin}/observable/\n`);
  process.stdout.write("Stop them with Ctrl+C.\n");
} catch (cause) {
  const { code, message } = cause as NodeJS.ErrnoException;
  const advice = code === "EADDRINUSE" ? `Port ${stated} is taken: npm run notebook -- ${stated + 1}` : message;
  process.stderr.write(`${advice}\n(${join(ROOT, "dist/notebook")})\n`);
  process.exitCode = 2;
}
