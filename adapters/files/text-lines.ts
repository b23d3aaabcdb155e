// Text lines: a file cut into lines with their numbers, each of bounded length.

import { fault, joinedBytes, textOf } from "./opened-bytes.js";
import type { FileBytes } from "./opened-bytes.js";
import { LINE_BYTES_MAX } from "./file-table.js";

export interface TextLine {
  /** Without its line break. */
  readonly text: string;
  /** From 1. */
  readonly line: number;
}

/**
 * Lines of a UTF-8 text.
 *
 * @throws InputError `import/line-length` at a line of more than `LINE_BYTES_MAX` bytes, `import/format` when the file
 *   is no text.
 */
export function* textLines(bytes: FileBytes): Generator<TextLine> {
  if (bytes.head.includes(0)) throw fault("import/format", bytes.name, "text in UTF-8", "bytes that are no text");
  let rest: Uint8Array = new Uint8Array(0);
  let line = 0;
  const tooLong = (): Error =>
    fault(
      "import/line-length",
      `${bytes.name}:${line + 1}`,
      `a line of at most ${LINE_BYTES_MAX} bytes`,
      "a longer one",
    );
  for (const chunk of bytes.chunks()) {
    const whole = joinedBytes(rest, chunk);
    const end = whole.lastIndexOf(10) + 1;
    if (end === 0 && whole.length > LINE_BYTES_MAX) throw tooLong();
    for (const text of textOf(whole.subarray(0, end)).split("\n").slice(0, -1)) {
      if (text.length > LINE_BYTES_MAX) throw tooLong();
      line += 1;
      yield { text: cleaned(text, line), line };
    }
    rest = whole.subarray(end);
  }
  if (rest.length > LINE_BYTES_MAX) throw tooLong();
  if (rest.length > 0) yield { text: cleaned(textOf(rest), line + 1), line: line + 1 };
}

function cleaned(text: string, line: number): string {
  const withoutMark = line === 1 && text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  return withoutMark.endsWith("\r") ? withoutMark.slice(0, -1) : withoutMark;
}
