// Simulator: a workload from a seed, the kernel and the reference over it, the auditor, and a trace with one line an
// event.
//
// Always true:
//   a seed says everything: markets, orders, requests and assumptions.

import fc from "fast-check";
import { arbitraryCase } from "../../adapters/testing/arbitrary-orders.js";
import { auditRun } from "../../adapters/testing/audit.js";
import type { ReferenceEvent } from "../../adapters/testing/reference-event.js";
import type { OrderCase } from "../fills/kernel-orders.js";
import { differences, kernelOrders } from "../fills/kernel-orders.js";
import { eventsOf } from "../model/kernel-run.js";

/** Bars, prices and quantities of a workload, longer than those of a single law. */
const SIZE = { rows: { min: 20, max: 60 }, prices: { min: 20, max: 40 }, quantityMax: 9 };
const INSTRUMENTS = 3;
const ORDERS = 40;

export function workloadOf(seed: number): OrderCase {
  const [drawn] = fc.sample(arbitraryCase(INSTRUMENTS, ORDERS, SIZE), { numRuns: 1, seed });
  if (drawn === undefined) throw new Error("a seed gives a workload");
  // Data ends for all at once.
  return { ...drawn, given: { ...drawn.given, closeAtEnd: false } };
}

/** What a seed came to. */
export interface Outcome {
  readonly faults: readonly string[];
  readonly trace: readonly string[];
}

/** Runs a seed: the auditor over the kernel's log, and each instrument's events beside the reference's. */
export function simulate(seed: number): Outcome {
  const workload = workloadOf(seed);
  const run = kernelOrders(workload);
  const audited = auditRun(run).map(({ rule, text, time, order }) => `${rule} at ${time}, order ${order}: ${text}`);
  const cases = workload.instruments.map((instrument, index) => ({
    instrument,
    tickets: workload.tickets.filter((ticket) => ticket.instrument === index),
  }));
  const traded = cases.filter(({ tickets }) => tickets.length > 0);
  return { faults: [...audited, ...differences(traded, workload.given)], trace: eventsOf(run.log).map(lineOf) };
}

const DAY_NS = 86_400_000_000_000n;

/** One line of fixed width: time in days, instrument, order, what, quantity, price. */
export function lineOf(event: ReferenceEvent): string {
  const hundredths = String(((event.time % DAY_NS) * 100n) / DAY_NS).padStart(2, "0");
  const day = `${event.time / DAY_NS}.${hundredths}`.padStart(8);
  const instrument = "instrument" in event ? `i${event.instrument}` : "--";
  const order = "order" in event ? `#${event.order}` : "";
  return `${day} ${instrument.padEnd(4)} ${order.padEnd(6)} ${event.kind.padEnd(9)} ${detailOf(event)}`.trimEnd();
}

function detailOf(event: ReferenceEvent): string {
  switch (event.kind) {
    case "deposit":
      return String(event.amount).padStart(12);
    case "order":
      return String(event.quantity).padStart(12);
    case "fill":
      return `${String(event.quantity).padStart(12)} @ ${String(event.price).padStart(8)} ${event.liquidity}`;
    case "orderEnd":
      return `${String(event.leaves).padStart(12)} ${event.reason}`;
    case "refusal":
      return `${String(event.wanted).padStart(12)} ${event.reason}`;
    default:
      return "";
  }
}
