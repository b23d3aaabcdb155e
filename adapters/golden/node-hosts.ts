// Nodes of the golden matrix: the one that runs, the same with one of V8's compilers alone, and other versions as npm
// brings them.
//
// How it works: npm has a package with Node's program for each platform. They are installed once, into a folder of the
//   system's temporary files that is named after the versions; without a registry they are named as missing.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface NodeHost {
  readonly name: string;
  readonly program: string;
  /** Flags of V8. */
  readonly flags: readonly string[];
}

/** The last version of each line that npm has. */
const VERSIONS = ["20.20.2", "22.23.3", "24.21.0"] as const;

/** The hosts of this machine; what cannot be had is added to `missing`. */
export function nodeHosts(root: string, missing: string[]): NodeHost[] {
  const name = `node ${process.versions.node}`;
  const own = { name, program: process.execPath, flags: [] };
  const [major] = process.versions.node.split(".");
  const others = VERSIONS.filter((version) => !version.startsWith(`${major}.`));
  return [
    own,
    { ...own, name: `${name} baseline compiler`, flags: ["--liftoff-only"] },
    { ...own, name: `${name} optimising compiler`, flags: ["--no-liftoff"] },
    ...installed(root, others, missing),
  ];
}

function installed(root: string, versions: readonly string[], missing: string[]): NodeHost[] {
  const folder = join(tmpdir(), `goldentape-nodes-${versions.join("-")}`);
  const platform = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
  const programOf = (version: string): string => join(folder, "node_modules", `node-${version}`, "bin/node");
  if (!versions.every((version) => existsSync(programOf(version)))) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), "{}\n");
    const packages = versions.map((version) => `node-${version}@npm:${platform}@${version}`);
    const args = ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-save", "--prefix", folder];
    spawnSync("npm", [...args, ...packages], { cwd: root, encoding: "utf8", timeout: 120_000 });
  }
  return versions.flatMap((version): NodeHost[] => {
    const program = programOf(version);
    const runs = existsSync(program) && spawnSync(program, ["--version"]).status === 0;
    if (runs) return [{ name: `node ${version}`, program, flags: [] }];
    missing.push(`node ${version} could not be had from npm (${platform})`);
    return [];
  });
}
