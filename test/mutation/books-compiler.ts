// Compiler of the books under test: compiled once as a debug build, then read from the file where it was
// left, so that a judge starts at once.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type asc from "assemblyscript/asc";

type Main = typeof asc.main;
const OUT_FILE = "books.wasm";

/** Where the compiled books are kept for the length of a session. */
export function booksPath(): string {
  return process.env["GOLDENTAPE_BOOKS"] ?? "books.wasm";
}

const main: Main = async (options, io) => {
  if (existsSync(booksPath())) {
    void io?.writeFile?.(OUT_FILE, readFileSync(booksPath()), "");
    return { error: null, stdout: "", stderr: "", stats: null } as unknown as Awaited<ReturnType<Main>>;
  }
  const { default: compiler } = await import("assemblyscript/asc");
  return compiler.main([...(options as string[]), "--target", "debug"], {
    ...io,
    writeFile(name, contents, baseDir) {
      if (name === OUT_FILE) writeFileSync(booksPath(), contents);
      return io?.writeFile?.(name, contents, baseDir);
    },
  });
};

export default { main };
