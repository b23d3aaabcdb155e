// Who may import whom: the folders of the house, and the order of the folders inside `kernel/`.

import { posix } from "node:path";
import { lineOf, withoutComments } from "./source-text.js";
import type { SourceFile } from "./source-tree.js";

/** Folders of the kernel in their one order: each may import itself and those before it. */
export const KERNEL_ORDER = [
  "base",
  "wasm",
  "market",
  "data",
  "worlds",
  "graph",
  "nodes",
  "plan",
  "log",
  "run",
  "sets",
  "study",
  "proof",
] as const;

/** A tape that a package ships, and this package by the name that the files of a user know it by. */
const PACKAGES_OF_DATASETS: ReadonlySet<string> = new Set(["vega-datasets", "goldentape"]);

export interface ImportEdge {
  readonly line: number;
  /** What is imported, as written. */
  readonly specifier: string;
  /** Path from the root for a relative import, with `.ts`; null for a package. */
  readonly target: string | null;
}

/** Every import and re-export of a file. */
export function importsOf(file: SourceFile): readonly ImportEdge[] {
  const code = withoutComments(file.text);
  const pattern = /(?:\bfrom\s*|\bimport\s*\(\s*|\bimport\s+)(["'])([^"'\n]+)\1/g;
  return [...code.matchAll(pattern)].map((match) => {
    const specifier = match[2] as string;
    const resolved = posix.join(posix.dirname(file.path), specifier).replace(/\.js$/, ".ts");
    const target = specifier.startsWith(".") ? resolved : null;
    return { line: lineOf(code, match.index), specifier, target };
  });
}

/** Each import that the rules of the file's folder do not allow, as `path:line: imports …, …`. */
export function importFaults(file: SourceFile): readonly string[] {
  return importsOf(file).flatMap((edge) => {
    const fault = faultOf(file.path, edge);
    return fault === null ? [] : [`${file.path}:${edge.line}: imports ${edge.specifier}, but ${fault}`];
  });
}

function faultOf(path: string, edge: ImportEdge): string | null {
  const [top] = path.split("/");
  switch (top) {
    case "kernel":
      return kernelFault(path, edge);
    case "assembly":
      return within("assembly", edge) ? null : "assembly imports nothing but itself";
    case "adapters":
      return edge.target === null ||
        edge.target === "kernel/index.ts" ||
        within("adapters", edge) ||
        within("datasets", edge)
        ? null
        : "an adapter imports the kernel's index, the registry of datasets, adapters and packages";
    case "datasets":
      return edge.target === "kernel/index.ts" || within("datasets", edge) || PACKAGES_OF_DATASETS.has(edge.specifier)
        ? null
        : "datasets import the kernel's index";
    case "golden":
      return "golden runs are data and import nothing";
    case "bench":
      return within("test", edge) ? "benchmarks do not import tests" : null;
    default:
      return null;
  }
}

function kernelFault(path: string, edge: ImportEdge): string | null {
  if (edge.target === null) {
    return edge.specifier.startsWith("@noble/hashes/") ? null : "the kernel's only package is @noble/hashes";
  }
  if (/^assembly\/abi-[a-z0-9-]+\.ts$/.test(edge.target)) return null;
  if (!within("kernel", edge)) return "the kernel imports itself and the ABI literals of assembly";
  if (path === "kernel/index.ts") return null;
  const from = rankOf(path);
  const to = rankOf(edge.target);
  if (from < 0) return `kernel/${folderOf(path)} has no place in the order of folders`;
  if (to < 0) return `${edge.target} has no place in the order of folders`;
  return to <= from ? null : `${folderOf(path)} comes before ${folderOf(edge.target)}`;
}

function within(folder: string, edge: ImportEdge): boolean {
  return edge.target !== null && edge.target.startsWith(`${folder}/`);
}

function folderOf(path: string): string {
  return path.split("/")[1] ?? "";
}

function rankOf(path: string): number {
  return (KERNEL_ORDER as readonly string[]).indexOf(folderOf(path));
}

/** Folders below `top` that import each other in a circle, as `a > b > a`; empty when there is none. */
export function folderCircles(top: string, files: readonly SourceFile[]): readonly string[] {
  const edges = new Map<string, Set<string>>();
  for (const file of files) {
    if (!file.path.startsWith(`${top}/`) || file.path.split("/").length < 3) continue;
    for (const { target } of importsOf(file)) {
      if (target === null || !target.startsWith(`${top}/`) || folderOf(target) === folderOf(file.path)) continue;
      const known = edges.get(folderOf(file.path)) ?? new Set<string>();
      edges.set(folderOf(file.path), known.add(folderOf(target)));
    }
  }
  const circles: string[] = [];
  const visit = (folder: string, path: readonly string[]): void => {
    if (path.includes(folder)) {
      const circle = [...path.slice(path.indexOf(folder)), folder];
      if (folder === [...circle].sort((a, b) => (a < b ? -1 : 1))[0]) circles.push(circle.join(" > "));
      return;
    }
    for (const next of edges.get(folder) ?? []) visit(next, [...path, folder]);
  };
  for (const folder of edges.keys()) visit(folder, []);
  return [...new Set(circles)];
}
