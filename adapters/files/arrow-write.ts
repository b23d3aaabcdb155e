// Tapes as Arrow IPC files: one record batch a segment, integers with their decimals in the field metadata.
//
// How it works: bytes go to the sink as they are made, so a tape of any length is written in the memory of one segment.
//
// Always true:
//   the values buffer of an absent value still holds `VALUE_ABSENT`, so that the columns can be read back without
//   looking at the nulls.
// Units: times are Timestamp(ns, UTC), everything else is Int64 at `goldentape.decimals`.

import {
  Field,
  Int64,
  makeData,
  Message,
  RecordBatch,
  RecordBatchFileWriter,
  Schema,
  Struct,
  TimestampNanosecond,
} from "apache-arrow";
import type { Data, DataType } from "apache-arrow";
import { fieldDecimals, VALUE_ABSENT } from "../../kernel/index.js";
import type { ContentSegment, FieldSchema, TapeContent } from "../../kernel/index.js";
import { DECIMALS_KEY } from "../arrow/arrow-columns.js";

/** Where bytes go, in order. */
export type ByteSink = (bytes: Uint8Array) => void;

/**
 * Writes a tape.
 *
 * @param metadata Text of the schema's metadata, by key.
 * @param sink Called with pieces of any length; may throw to stop the writing.
 */
export function writeArrow(content: TapeContent, metadata: ReadonlyMap<string, string>, sink: ByteSink): void {
  const fields = content.fields.map((field) => arrowField(field, content));
  const schema = new Schema(fields, new Map(metadata));
  const writer = new SinkWriter(sink);
  writer.reset(undefined, schema);
  for (const segment of content.segments()) writer.write(recordBatch(schema, content, segment));
  writer.finish();
}

/** Hands each piece on as it is written instead of keeping the whole file in memory. */
class SinkWriter extends RecordBatchFileWriter {
  readonly sink: ByteSink;

  constructor(sink: ByteSink) {
    super();
    this.sink = sink;
  }

  protected override _write(chunk: ArrayBufferView | ArrayBufferLike | Uint8Array): this {
    if (this._started) {
      const bytes = ArrayBuffer.isView(chunk)
        ? new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength)
        : new Uint8Array(chunk);
      if (bytes.byteLength > 0) {
        this.sink(bytes);
        this._position += bytes.byteLength;
      }
    }
    return this;
  }

  /**
   * The library leaves the schema to the footer; the format wants it before the batches as well, and `arrow-columns`
   * reads it there.
   */
  protected override _writeSchema(schema: Schema): this {
    return super._writeSchema(schema)._writeMessage(Message.from(schema));
  }
}

function arrowField(field: FieldSchema, content: TapeContent): Field {
  if (field.unit === "time") return new Field(field.name, new TimestampNanosecond("UTC"), false);
  const decimals = String(fieldDecimals(field.unit, content.instrument));
  return new Field(field.name, new Int64(), field.optional, new Map([[DECIMALS_KEY, decimals]]));
}

function recordBatch(schema: Schema, content: TapeContent, segment: ContentSegment): RecordBatch {
  const children = content.fields.map((field, index) => {
    const data = segment.columns[index] as BigInt64Array;
    const nulls = field.optional ? nullsOf(data) : { nullCount: 0 };
    return makeData({
      type: (schema.fields[index] as Field).type as Int64,
      length: segment.rowCount,
      data,
      ...nulls,
    }) as Data<DataType>;
  });
  return new RecordBatch(
    schema,
    makeData({ type: new Struct(schema.fields), length: segment.rowCount, nullCount: 0, children }),
  );
}

/** Validity bits of a column with absent values; none when every row has one. */
function nullsOf(column: BigInt64Array): { nullCount: number; nullBitmap?: Uint8Array } {
  let nullCount = 0;
  let nullBitmap: Uint8Array | null = null;
  for (let row = 0; row < column.length; row += 1) {
    if (column[row] !== VALUE_ABSENT) continue;
    nullBitmap ??= new Uint8Array(Math.ceil(column.length / 8)).fill(0xff);
    nullBitmap[row >> 3] = (nullBitmap[row >> 3] as number) & ~(1 << (row & 7));
    nullCount += 1;
  }
  return nullBitmap === null ? { nullCount: 0 } : { nullCount, nullBitmap };
}
