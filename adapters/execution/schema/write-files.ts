// Writes the JSON Schema files into the folder that it is given: `npm run schemas`.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { schemaFiles } from "./json-schema.js";

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write("expected the folder that the files go to, received nothing\n");
  process.exitCode = 2;
} else {
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of schemaFiles()) writeFileSync(join(folder, file), text);
}
