// Dead letters: the quarantine of an ingest, in the order in which events came to it.
//
// Always true:
//   an event that is reported again while its letter waits makes no second letter; two that differ anywhere make two,
//   also where they differ behind what is kept of them;
//   a letter changes its state once; every state is an event of the compacted stream;
//   all that wait are kept, and of the others the newest 1,024: the stream has those before them.

import { canonicalJson, digestJson, InputError } from "../../../kernel/index.js";
import type { Domain, Issue } from "../../../kernel/index.js";
import type { DeadLetterEvent, DeadLetterState, QuarantineReason } from "../schema/dead-letter.js";

/** Why an event cannot be taken. */
export interface Fault {
  readonly reason: QuarantineReason;
  readonly issues: readonly Issue[];
}

/** What a letter is made from. */
export interface LetterContent extends Fault {
  readonly raw: unknown;
  readonly repairedFrom: string | null;
}

const TEXT_LENGTH = 16_384;
/** Letters that wait no more and are kept, so that a venue that repeats itself does not fill the memory. */
const SETTLED_MAX = 1_024;

export class DeadLetters {
  private readonly world: string;
  private readonly domain: Domain;
  private readonly byId = new Map<string, DeadLetterEvent>();
  /** Ids of letters that wait, by the digest of their event. */
  private readonly waitingByDigest = new Map<string, string>();
  /** Ids of duplicates that are kept, by the digest of their event. */
  private readonly duplicatesByDigest = new Map<string, string>();
  /** Ids of letters that came before their turn and wait for it, by order and number. */
  private readonly earlyByTurn = new Map<string, string>();
  /** Ids of letters that wait no more, the oldest first. */
  private readonly settled = new Set<string>();
  private numbered = 0;

  constructor(world: string, domain: Domain) {
    this.world = world;
    this.domain = domain;
  }

  /** The letters in their present state, by number: all that wait, and the newest of the others. */
  list(): readonly DeadLetterEvent[] {
    return [...this.byId.values()].sort((a, b) => a.number - b.number);
  }

  /** The letter that waits with this event, or null. */
  waitingFor(raw: unknown): DeadLetterEvent | null {
    if (this.waitingByDigest.size === 0) return null;
    return this.byId.get(this.waitingByDigest.get(digestOfText(textOf(raw))) ?? "") ?? null;
  }

  /** The letter that waits for the turn of a fill, where that came before it; null for none. */
  waitingAt(orderId: string, seq: number): DeadLetterEvent | null {
    if (this.earlyByTurn.size === 0) return null;
    return this.byId.get(this.earlyByTurn.get(turnOf(orderId, seq)) ?? "") ?? null;
  }

  /** A letter for an event, which waits unless another state is said; null when there is one of it already. */
  add(
    { raw, reason, issues, repairedFrom }: LetterContent,
    ts: string,
    state: DeadLetterState = "waiting",
  ): DeadLetterEvent | null {
    const text = textOf(raw);
    const original = text.slice(0, TEXT_LENGTH);
    const originalDigest = digestOfText(text);
    const isRepeated = reason === "duplicate" && this.duplicatesByDigest.has(originalDigest);
    if (this.waitingByDigest.has(originalDigest) || isRepeated) return null;
    const { world, domain } = this;
    const number = this.numbered + 1;
    const letterId = digestJson("goldentape 2026 LetterID v1", { world, domain, number, originalDigest, repairedFrom });
    const named = namesOf(raw);
    const found = issues.map(({ path, expected, received, advice = null }) => ({ path, expected, received, advice }));
    const head = { kind: "dead_letter", schemaVersion: 1, world, domain, ts } as const;
    const what = {
      letterId,
      number,
      reason,
      state,
      originalDigest,
      original,
      repairedFrom,
      issues: found,
    } as const;
    return this.keep({ ...head, ...named, ...what });
  }

  /**
   * The letter, which has to wait.
   *
   * @throws InputError `execution/quarantine` when there is none, or it does not wait any more.
   */
  waiting(letterId: string): DeadLetterEvent {
    const letter = this.byId.get(letterId);
    if (letter?.state === "waiting") return letter;
    const received = letter === undefined ? letterId : `one that was ${letter.state}`;
    throw new InputError([
      { code: "execution/quarantine", path: "letterId", expected: "a letter that waits", received },
    ]);
  }

  /** True while the letter waits. */
  isWaiting(letterId: string): boolean {
    return this.byId.get(letterId)?.state === "waiting";
  }

  /** The letter after it changed its state. */
  settle(letter: DeadLetterEvent, state: "replayed" | "replaced" | "discarded", ts: string): DeadLetterEvent {
    return this.keep({ ...letter, state, ts });
  }

  /** Takes a letter in the state in which it was published. */
  keep(letter: DeadLetterEvent): DeadLetterEvent {
    const { letterId, originalDigest, orderId, seq, reason, state, number } = letter;
    this.byId.set(letterId, letter);
    this.numbered = Math.max(this.numbered, number);
    const turn = reason === "out_of_order" && orderId !== null && seq !== null ? turnOf(orderId, seq) : null;
    if (state === "waiting") {
      this.waitingByDigest.set(originalDigest, letterId);
      if (turn !== null && !this.earlyByTurn.has(turn)) this.earlyByTurn.set(turn, letterId);
      return letter;
    }
    if (this.waitingByDigest.get(originalDigest) === letterId) this.waitingByDigest.delete(originalDigest);
    if (turn !== null && this.earlyByTurn.get(turn) === letterId) this.earlyByTurn.delete(turn);
    if (reason === "duplicate") this.duplicatesByDigest.set(originalDigest, letterId);
    this.settled.add(letterId);
    this.forgetOldest();
    return letter;
  }

  private forgetOldest(): void {
    const [oldest] = this.settled;
    if (oldest === undefined || this.settled.size <= SETTLED_MAX) return;
    const digest = this.byId.get(oldest)?.originalDigest ?? "";
    if (this.duplicatesByDigest.get(digest) === oldest) this.duplicatesByDigest.delete(digest);
    this.settled.delete(oldest);
    this.byId.delete(oldest);
  }
}

/**
 * The event of a letter.
 *
 * @throws InputError `execution/quarantine` when its text was cut off or is no JSON.
 */
export function originalOf({ letterId, original }: DeadLetterEvent): unknown {
  try {
    return JSON.parse(original);
  } catch {
    const received = original.length < TEXT_LENGTH ? original.slice(0, 80) : "a text that was cut off";
    const parts = { path: `letter ${letterId}`, expected: "an event that can be read", received };
    throw new InputError([{ code: "execution/quarantine", ...parts, advice: "Repair it, or discard it." }]);
  }
}

/** True when the event of a letter can be read. */
export function isReadable({ original }: DeadLetterEvent): boolean {
  try {
    JSON.parse(original);
    return true;
  } catch {
    return false;
  }
}

function turnOf(orderId: string, seq: number): string {
  return JSON.stringify([orderId, seq]);
}

function digestOfText(text: string): string {
  return digestJson("goldentape 2026 LetterText v1", text);
}

/** Text of whatever came: canonical where that is possible. */
function textOf(raw: unknown): string {
  try {
    return canonicalJson(raw);
  } catch {
    // A lone surrogate, a circle, an undefined: written as far as JSON goes.
    try {
      return JSON.stringify(raw) ?? typeof raw;
    } catch {
      return typeof raw;
    }
  }
}

/** Order and number that an event names, where they can be read. */
function namesOf(raw: unknown): Pick<DeadLetterEvent, "orderId" | "seq"> {
  const { orderId, seq } = typeof raw === "object" && raw !== null ? (raw as Record<string, unknown>) : {};
  const isName = typeof orderId === "string" && orderId.length <= 128 && /^\S+(?: \S+)*$/.test(orderId);
  const isNumber = typeof seq === "number" && Number.isSafeInteger(seq) && seq > 0;
  return { orderId: isName ? orderId : null, seq: isNumber ? seq : null };
}
