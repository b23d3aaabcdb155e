// Code of a compiled module: its functions by name, their instructions with the bytes they stand in, and copies of the
// module in which the bytes of one instruction are others.
//
// Not here: vector instructions. What is mutated has none; a function that has some is refused.
//
// Source: WebAssembly Core Specification 2.0, 5.4 (instructions), 5.5 (modules), 7.4.1 (names).

/** One instruction, where it stands in the module's bytes. */
export interface Instruction {
  readonly at: number;
  readonly end: number;
  readonly opcode: number;
  /** Index of a call, or value of an integer constant that is small; null for whatever else follows an opcode. */
  readonly operand: number | null;
}

export interface Signature {
  readonly parameterCount: number;
  readonly resultCount: number;
}

/** A function of the module's own, with the range of its instructions. */
export interface CodeFunction {
  readonly name: string;
  /** Where the size of the body is written, and where the instructions begin and end. */
  readonly sizeAt: number;
  readonly start: number;
  readonly end: number;
}

export interface ModuleCode {
  readonly bytes: Uint8Array;
  readonly functions: readonly CodeFunction[];
  /** Names and signatures by function index, imports first. */
  readonly names: ReadonlyMap<number, string>;
  readonly signatures: readonly Signature[];
  /** Where the size of the code section is written, and where the section begins and ends. */
  readonly codeSizeAt: number;
  readonly codeStart: number;
  readonly codeEnd: number;
}

/** Reads one byte after the other. */
interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

const SECTION_TYPES = 1;
const SECTION_IMPORTS = 2;
const SECTION_FUNCTIONS = 3;
const SECTION_CODE = 10;
const SECTION_CUSTOM = 0;

function byte(cursor: Cursor): number {
  const value = cursor.bytes[cursor.at++];
  if (value === undefined) throw new Error("the module ends within an instruction");
  return value;
}

/** An unsigned LEB128 of 32 bits. */
function unsigned(cursor: Cursor): number {
  let value = 0;
  for (let scale = 1; ; scale *= 128) {
    const next = byte(cursor);
    value += (next & 127) * scale;
    if (next < 128) return value;
  }
}

function skipLeb(cursor: Cursor, count = 1): void {
  for (let i = 0; i < count; i++) while (byte(cursor) >= 128);
}

function text(cursor: Cursor): string {
  const length = unsigned(cursor);
  cursor.at += length;
  return new TextDecoder().decode(cursor.bytes.subarray(cursor.at - length, cursor.at));
}

/** An unsigned LEB128 as bytes. */
function lebOf(value: number): readonly number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...lebOf(Math.floor(value / 128))];
}

interface Section {
  readonly id: number;
  readonly sizeAt: number;
  readonly start: number;
  readonly end: number;
}

function sectionsOf(bytes: Uint8Array): readonly Section[] {
  const cursor = { bytes, at: 8 };
  const sections: Section[] = [];
  while (cursor.at < bytes.length) {
    const id = byte(cursor);
    const sizeAt = cursor.at;
    const size = unsigned(cursor);
    sections.push({ id, sizeAt, start: cursor.at, end: cursor.at + size });
    cursor.at += size;
  }
  return sections;
}

/**
 * The code of a module.
 *
 * @param bytes A module with a name section. Kept.
 */
export function readCode(bytes: Uint8Array): ModuleCode {
  const sections = sectionsOf(bytes);
  const within = (id: number): Cursor => ({ bytes, at: sections.find((each) => each.id === id)?.start ?? 0 });
  const types = typesAt(within(SECTION_TYPES));
  const typeIndices = [...importedTypes(within(SECTION_IMPORTS)), ...vectorOf(within(SECTION_FUNCTIONS), unsigned)];
  const signatures = typeIndices.map((index) => types[index] as Signature);
  const names = namesIn(bytes, sections);
  const code = sections.find(({ id }) => id === SECTION_CODE);
  if (code === undefined) throw new Error("the module has no code");
  const cursor = { bytes, at: code.start };
  const count = unsigned(cursor);
  const functions = Array.from({ length: count }, (_, i): CodeFunction => {
    const name = names.get(typeIndices.length - count + i) ?? "";
    return { name, ...bodyAt(cursor) };
  });
  return { bytes, functions, names, signatures, codeSizeAt: code.sizeAt, codeStart: code.start, codeEnd: code.end };
}

function vectorOf<T>(cursor: Cursor, read: (cursor: Cursor) => T): readonly T[] {
  return Array.from({ length: unsigned(cursor) }, () => read(cursor));
}

function typesAt(cursor: Cursor): readonly Signature[] {
  return vectorOf(cursor, () => {
    byte(cursor);
    const parameterCount = vectorOf(cursor, byte).length;
    return { parameterCount, resultCount: vectorOf(cursor, byte).length };
  });
}

/** Types of the imported functions; the product's modules import nothing but a memory. */
function importedTypes(cursor: Cursor): readonly number[] {
  if (cursor.at === 0) return [];
  return vectorOf(cursor, () => {
    text(cursor);
    text(cursor);
    const kind = byte(cursor);
    if (kind === 0) return unsigned(cursor);
    if (kind !== 2) throw new Error("an import is neither a function nor a memory");
    skipLeb(cursor, byte(cursor) === 0 ? 1 : 2);
    return -1;
  }).filter((index) => index >= 0);
}

function bodyAt(cursor: Cursor): Omit<CodeFunction, "name"> {
  const sizeAt = cursor.at;
  const size = unsigned(cursor);
  const end = cursor.at + size;
  vectorOf(cursor, () => {
    unsigned(cursor);
    byte(cursor);
  });
  const start = cursor.at;
  cursor.at = end;
  return { sizeAt, start, end };
}

function namesIn(bytes: Uint8Array, sections: readonly Section[]): ReadonlyMap<number, string> {
  for (const { id, start, end } of sections) {
    const cursor = { bytes, at: start };
    if (id !== SECTION_CUSTOM || text(cursor) !== "name") continue;
    while (cursor.at < end) {
      const kind = byte(cursor);
      const next = unsigned(cursor) + cursor.at;
      if (kind === 1) return new Map(vectorOf(cursor, () => [unsigned(cursor), text(cursor)] as const));
      cursor.at = next;
    }
  }
  throw new Error("the module does not name its functions");
}

/** The instructions of a function, in order. */
export function instructionsOf({ bytes }: ModuleCode, { name, start, end }: CodeFunction): readonly Instruction[] {
  const cursor = { bytes, at: start };
  const instructions: Instruction[] = [];
  while (cursor.at < end) {
    const at = cursor.at;
    const opcode = byte(cursor);
    const operand = operandAfter(cursor, opcode, name);
    instructions.push({ at, end: cursor.at, opcode, operand });
  }
  return instructions;
}

const OPCODE_CALL = 0x10;

/** Passes over what follows an opcode. */
function operandAfter(cursor: Cursor, opcode: number, name: string): number | null {
  if (opcode === OPCODE_CALL) return unsigned(cursor);
  if (opcode === 0x41 || opcode === 0x42) {
    const first = byte(cursor);
    if (first >= 128) skipLeb(cursor);
    return first < 64 ? first : null;
  }
  const [lebs, plain] = shapeOf(cursor, opcode, name);
  skipLeb(cursor, lebs);
  cursor.at += plain;
  return null;
}

/** How many LEB128 and how many plain bytes follow an opcode. */
function shapeOf(cursor: Cursor, opcode: number, name: string): readonly [lebs: number, plain: number] {
  if (opcode === 0x0e) return [unsigned(cursor) + 1, 0];
  if (opcode === 0x1c) return [0, unsigned(cursor)];
  if (opcode === 0x43) return [0, 4];
  if (opcode === 0x44) return [0, 8];
  if (opcode === 0x11 || (opcode >= 0x28 && opcode <= 0x3e)) return [2, 0];
  const isControl = (opcode >= 0x02 && opcode <= 0x04) || opcode === 0x0c || opcode === 0x0d;
  if (isControl || (opcode >= 0x20 && opcode <= 0x26) || opcode === 0x3f || opcode === 0x40) return [1, 0];
  if (opcode === 0xfc) {
    const sub = unsigned(cursor);
    return [sub < 8 ? 0 : sub === 9 || sub === 11 ? 1 : 2, 0];
  }
  if (opcode > 0xc4) throw new Error(`${name} has an instruction of ${opcode}, which is not known here`);
  return [0, 0];
}

/** The module with other bytes in place of one instruction's: a copy. */
export function withBytes(
  code: ModuleCode,
  owner: CodeFunction,
  at: number,
  end: number,
  bytes: Uint8Array,
): Uint8Array {
  const whole = code.bytes;
  const sizeEnd = owner.sizeAt + lebOf(sizeAt(whole, owner.sizeAt)).length;
  const bodySize = owner.end - sizeEnd - (end - at) + bytes.length;
  const parts = [
    whole.subarray(code.codeStart, owner.sizeAt),
    Uint8Array.from(lebOf(bodySize)),
    whole.subarray(sizeEnd, at),
    bytes,
    whole.subarray(end, code.codeEnd),
  ];
  const codeSize = parts.reduce((sum, part) => sum + part.length, 0);
  return joined([
    whole.subarray(0, code.codeSizeAt),
    Uint8Array.from(lebOf(codeSize)),
    ...parts,
    whole.subarray(code.codeEnd),
  ]);
}

function sizeAt(bytes: Uint8Array, at: number): number {
  return unsigned({ bytes, at });
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
