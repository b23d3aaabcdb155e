// Arrow columns: tapes that were written by `writeArrow`, read a record batch at a time straight into i64 columns.
//
// How it works: the messages of the file are walked once for where each batch lies; a segment is one read of one
//   batch's bytes, and its columns are views of what was read. A tape of any length is replayed in the memory of one
//   batch.
//
// Always true:
//   a segment's columns share one buffer of their own, which is not used again.

import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { basename } from "node:path";
import { Message, MessageHeader } from "apache-arrow";
import type { Schema } from "apache-arrow";
import { InputError } from "../../kernel/index.js";
import type { ContentSegment } from "../../kernel/index.js";

/** One record batch in the file. */
interface BatchPlace {
  readonly rowCount: number;
  readonly bodyOffset: number;
  readonly bodyLength: number;
  /** Where the values of each column lie inside the body, bytes. */
  readonly valueOffsets: readonly number[];
}

/** An Arrow file of plain 64-bit columns. */
export interface ArrowColumns {
  readonly names: readonly string[];
  readonly metadata: ReadonlyMap<string, string>;
  readonly rowCount: number;
  segments(): Iterable<ContentSegment>;
}

const MAGIC = "ARROW1";
const MAGIC_PADDED_BYTES = 8;
const CONTINUATION = 0xffffffff;
const VALUE_BYTES = 8;
const COLUMN_TYPES = /^(Int64|Timestamp<NANOSECOND)/;

/**
 * Opens a file; reads its messages' headers, not its rows.
 *
 * @throws InputError `store/damaged` when it is no such file or its parts do not fit together.
 */
export function openArrowColumns(path: string): ArrowColumns {
  const file = openSync(path, "r");
  try {
    const size = fstatSync(file).size;
    const tail = size < 24 ? "" : Buffer.from(readAt(file, path, size - MAGIC.length, MAGIC.length)).toString("latin1");
    const head = size < 24 ? "" : Buffer.from(readAt(file, path, 0, MAGIC.length)).toString("latin1");
    if (head !== MAGIC || tail !== MAGIC)
      throw damaged(path, "an Arrow file from its first to its last byte", `${size} bytes that are none`);
    const { schema, next } = readSchema(file, path);
    const batches = readPlaces(file, path, next, size, schema.fields.length);
    return {
      names: schema.fields.map((field) => field.name),
      metadata: schema.metadata,
      rowCount: batches.reduce((sum, batch) => sum + batch.rowCount, 0),
      segments: () => readSegments(path, batches),
    };
  } finally {
    closeSync(file);
  }
}

function readSchema(file: number, path: string): { schema: Schema; next: number } {
  const prefix = readPrefix(file, path, MAGIC_PADDED_BYTES);
  const end = MAGIC_PADDED_BYTES + 8 + prefix;
  const bytes = readAt(file, path, MAGIC_PADDED_BYTES + 8, prefix);
  const message = guarded(path, () => Message.decode(bytes));
  if (message.headerType !== MessageHeader.Schema) throw damaged(path, "a schema first", "another message");
  const schema = guarded(path, () => message.header() as Schema);
  for (const field of schema.fields) {
    if (!COLUMN_TYPES.test(String(field.type)))
      throw damaged(path, `64-bit integers in ${field.name}`, String(field.type));
  }
  return { schema, next: end };
}

function readPlaces(file: number, path: string, from: number, size: number, columnCount: number): BatchPlace[] {
  const places: BatchPlace[] = [];
  let at = from;
  for (;;) {
    const metadataLength = readPrefix(file, path, at);
    if (metadataLength === 0) return places;
    const metadata = readAt(file, path, at + 8, metadataLength);
    const message = guarded(path, () => Message.decode(metadata));
    const bodyOffset = at + 8 + metadataLength;
    const bodyLength = Number(message.bodyLength);
    if (bodyOffset + bodyLength > size)
      throw damaged(path, "record batches inside of the file", "one that reaches beyond its end");
    if (message.headerType === MessageHeader.RecordBatch)
      places.push(placeOf(message as Message<MessageHeader.RecordBatch>, path, bodyOffset, columnCount));
    at = bodyOffset + bodyLength;
  }
}

function placeOf(
  message: Message<MessageHeader.RecordBatch>,
  path: string,
  bodyOffset: number,
  columnCount: number,
): BatchPlace {
  const header = message.header();
  const rowCount = Number(header.length);
  // Each column has two buffers: the validity bits and the values.
  const regions = header.buffers.filter((_, index) => index % 2 === 1);
  const isWhole = regions.length === columnCount && regions.every(({ length }) => length >= rowCount * VALUE_BYTES);
  if (!isWhole || header.compression)
    throw damaged(path, `${columnCount} plain columns in each record batch`, "another layout");
  return {
    rowCount,
    bodyOffset,
    bodyLength: Number(message.bodyLength),
    valueOffsets: regions.map(({ offset }) => Number(offset)),
  };
}

function* readSegments(path: string, batches: readonly BatchPlace[]): Generator<ContentSegment> {
  const file = openSync(path, "r");
  try {
    for (const { rowCount, bodyOffset, bodyLength, valueOffsets } of batches) {
      const body = readAt(file, path, bodyOffset, bodyLength);
      yield { rowCount, columns: valueOffsets.map((offset) => new BigInt64Array(body.buffer, offset, rowCount)) };
    }
  } finally {
    closeSync(file);
  }
}

/** Length of the metadata of the message at `at`; 0 at the end of the messages. */
function readPrefix(file: number, path: string, at: number): number {
  const prefix = new DataView(readAt(file, path, at, 8).buffer);
  if (prefix.getUint32(0, true) !== CONTINUATION) throw damaged(path, "a message", "other bytes");
  const length = prefix.getInt32(4, true);
  if (length < 0) throw damaged(path, "a message of a positive length", String(length));
  return length;
}

/** Bytes of the file in a buffer of their own, so that views of them are aligned. */
function readAt(file: number, path: string, position: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const count = readSync(file, bytes, at, length - at, position + at);
    if (count === 0) throw damaged(path, `${length} bytes at ${position}`, `${at}`);
    at += count;
  }
  return bytes;
}

function guarded<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw damaged(path, "readable Arrow messages", (error as Error).message);
  }
}

function damaged(path: string, expected: string, received: string): InputError {
  return new InputError([{ code: "store/damaged", path: basename(path), expected, received }]);
}
