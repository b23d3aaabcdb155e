// Approval: the outcomes of the risk checks and of the gates, as values that nothing else can make.
//
// Always true:
//   an approved order has passed at least one risk check and one gate, in their order, the first failure deciding;
//   a check can make an order smaller, never larger, and never turn it round;
//   nothing fails open: a check that throws, answers with none of its four words, or revises to something that is no
//   smaller order, refuses; so does an order without a quantity above zero, and a list without a check;
//   the proof is a type that cannot be written down elsewhere, and at run time an entry in a list of this file.
//
// Not here: the checks themselves (`risk-checks.ts`, `activation.ts`), and what is about a venue (`compliance.ts`).

import { invariant } from "../../../kernel/index.js";
import type { SizedOrder } from "../order/order-terms.js";
import type { Refusal } from "./refusal.js";
import { refusal } from "./refusal.js";
import { EXECUTION_REASONS } from "../schema/reason.js";
import type { ExecutionReason } from "../schema/reason.js";

/** What a check says. */
export type Verdict =
  | { readonly kind: "allow" }
  | { readonly kind: "reject"; readonly reason: ExecutionReason; readonly text: string; readonly nextTime?: bigint }
  /** The order may go with this quantity: above zero, and smaller. */
  | { readonly kind: "revise"; readonly quantity: bigint; readonly reason: ExecutionReason; readonly text: string }
  /** The order may not leave, but be simulated: in an account of its own, beside what is held at venues. */
  | { readonly kind: "simulate"; readonly text: string };

/** A check: a pure function of the order and what it is judged by. */
export interface Check<Facts> {
  readonly name: string;
  readonly judge: (order: SizedOrder, facts: Facts) => Verdict;
}

/** At least one check, in the order in which they are made. */
export type Checks<Facts> = readonly [Check<Facts>, ...Check<Facts>[]];

/** What a check did. */
export interface CheckTrace {
  readonly stage: "risk" | "gate";
  readonly check: string;
  readonly verdict: Verdict["kind"];
  readonly text: string;
}

declare const riskProof: unique symbol;
declare const approvalProof: unique symbol;

/** What the risk checks came to. Only `judgeRisk` makes one. */
export type RiskOutcome = { readonly trace: readonly CheckTrace[]; readonly [riskProof]: true } & (
  | { readonly kind: "allow"; readonly order: SizedOrder }
  | { readonly kind: "revise"; readonly order: SizedOrder; readonly wanted: bigint; readonly reason: ExecutionReason }
  | { readonly kind: "simulate"; readonly order: SizedOrder }
  | { readonly kind: "reject"; readonly refusal: Refusal }
);
/** An outcome with which an order may go on to the gates. */
export type RiskPassed = Exclude<RiskOutcome, { readonly kind: "reject" }>;

/** An order with the proof of its risk checks and gates. Only `passGates` makes one. */
export interface ApprovedOrder {
  readonly order: SizedOrder;
  readonly destination: "venue" | "simulation";
  readonly trace: readonly CheckTrace[];
  readonly [approvalProof]: true;
}

const outcomes = new WeakSet<object>();
const approvals = new WeakSet<object>();

/** Judges an order by the risk checks. */
export function judgeRisk<Facts>(order: SizedOrder, checks: Checks<Facts>, facts: Facts): RiskOutcome {
  const passage = pass("risk", order, checks, facts);
  const outcome = Object.freeze(outcomeOf(order, passage)) as RiskOutcome;
  outcomes.add(outcome);
  return outcome;
}

function outcomeOf(wanted: SizedOrder, { order, trace, isSimulated, revised, refused }: Passage): object {
  if (refused !== null) return { kind: "reject", refusal: refused, trace };
  if (isSimulated) return { kind: "simulate", order, trace };
  if (revised === null) return { kind: "allow", order, trace };
  return { kind: "revise", order, wanted: wanted.quantity, reason: revised, trace };
}

/** What the gates came to. */
export type GateOutcome =
  /** `revised` is the reason of the last gate that made it smaller; null where none did. */
  | { readonly kind: "approved"; readonly approved: ApprovedOrder; readonly revised: ExecutionReason | null }
  | { readonly kind: "refused"; readonly refusal: Refusal; readonly trace: readonly CheckTrace[] };

/** Takes an order that passed the risk checks through the gates. */
export function passGates<Facts>(risk: RiskPassed, gates: Checks<Facts>, facts: Facts): GateOutcome {
  invariant(outcomes.has(risk), "a risk outcome is made by the risk checks");
  const { order, trace, isSimulated, revised, refused } = pass("gate", risk.order, gates, facts);
  const whole = [...risk.trace, ...trace];
  if (refused !== null) return { kind: "refused", refusal: refused, trace: whole };
  const destination = isSimulated || risk.kind === "simulate" ? "simulation" : "venue";
  const approved = Object.freeze({ order, destination, trace: whole }) as unknown as ApprovedOrder;
  approvals.add(approved);
  return { kind: "approved", approved, revised };
}

/** True for an order that `passGates` made, whatever its type claims. */
export function isApproved(approved: ApprovedOrder): boolean {
  return approvals.has(approved);
}

interface Passage {
  readonly order: SizedOrder;
  readonly trace: readonly CheckTrace[];
  readonly isSimulated: boolean;
  /** Reason of the last revision. */
  readonly revised: ExecutionReason | null;
  readonly refused: Refusal | null;
}

function pass<Facts>(stage: "risk" | "gate", wanted: SizedOrder, checks: Checks<Facts>, facts: Facts): Passage {
  const trace: CheckTrace[] = [];
  let order: SizedOrder = Object.freeze({ ...wanted });
  let isSimulated = false;
  let revised: ExecutionReason | null = null;
  const fault = faultOf(order, checks);
  if (fault !== null) {
    return { order, trace, isSimulated, revised, refused: refusal(stage, "invalid_order", fault) };
  }
  for (const check of checks) {
    const verdict = verdictOf(check, order, facts);
    trace.push({ stage, check: check.name, verdict: verdict.kind, text: verdict.kind === "allow" ? "" : verdict.text });
    if (verdict.kind === "reject") {
      const refused = refusal(stage, verdict.reason, `${check.name}: ${verdict.text}`, verdict.nextTime ?? null);
      return { order, trace, isSimulated, revised, refused };
    }
    if (verdict.kind === "simulate") isSimulated = true;
    if (verdict.kind === "revise") {
      order = Object.freeze({ ...order, quantity: verdict.quantity });
      revised = verdict.reason;
    }
  }
  return { order, trace, isSimulated, revised, refused: null };
}

/** What a check says, or a rejection where it fails to say anything. */
function verdictOf<Facts>(check: Check<Facts>, order: SizedOrder, facts: Facts): Verdict {
  try {
    return knownVerdict(check.judge(order, facts) as unknown, order);
  } catch (error) {
    return broken(`it failed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The verdict in an answer, read from it once; a rejection for whatever else it is. */
function knownVerdict(answer: unknown, order: SizedOrder): Verdict {
  if (typeof answer !== "object" || answer === null) return broken(`it answered ${String(answer)}`);
  const { kind, reason, text, quantity, nextTime } = answer as Readonly<Record<string, unknown>>;
  if (kind === "allow") return { kind };
  const words = typeof text === "string" ? text : "";
  if (kind === "simulate") return { kind, text: words };
  if (kind !== "reject" && kind !== "revise") return broken(`it answered ${String(kind)}${words && `: ${words}`}`);
  const known = EXECUTION_REASONS.find((each) => each === reason);
  if (known === undefined) return broken(`it gave ${String(reason)} as a reason${words && `: ${words}`}`);
  const time = typeof nextTime === "bigint" ? { nextTime } : {};
  if (kind === "reject") return { kind, reason: known, text: words, ...time };
  if (typeof quantity === "bigint" && quantity > 0n && quantity < order.quantity)
    return { kind, quantity, reason: known, text: words };
  return broken(`it revised ${order.quantity} to ${String(quantity)}`);
}

/** Why an order cannot be judged at all, or null. */
function faultOf({ quantity }: SizedOrder, checks: readonly unknown[]): string | null {
  if (typeof quantity !== "bigint" || quantity <= 0n) return `its quantity is ${String(quantity)}`;
  return checks.length > 0 ? null : "nobody judges it";
}

function broken(text: string): Verdict {
  return { kind: "reject", reason: "invalid_order", text };
}
