// Auditor of node sets: the laws of activation, limits and books, read from the log of a run and from nothing else.
//
// Always true:
//   it gives a list of faults, empty when all holds; it does not say which order was due.
//   a restriction counts while nothing newer was said: what its lifting does is not looked at.
// Units: cents, units, ns since 1970.

import { eventsOfRun, portfolioOf } from "../execution/index.js";
import type { AccountState } from "../execution/index.js";
import { mantissaOf, NEVER, ORDER_FLAGS, ORDER_STATES, REASONS, RECORD_KINDS } from "../../kernel/index.js";
import { auditRun } from "./audit.js";
import { absolute } from "./integers.js";
import { HOUR_NS, SET_CASH, SET_NAMES } from "./node-set-case.js";
import type { NodeSetCase, NodeSetRun, SetMessage } from "./node-set-case.js";

/** What does not hold, and where. */
export interface SetFinding {
  readonly what: string;
  /** Hour, or the part of the set. */
  readonly where: string;
}

type Side = "long" | "short";

/** From when on a side is restricted, and until something newer was said of it. */
interface Restriction {
  readonly kind: "freeze" | "drain" | "cancel" | "stale" | "inactive";
  readonly side: Side;
  readonly from: bigint;
  readonly to: bigint;
}

const REDUCE_ONLY = 1 << ORDER_FLAGS.indexOf("reduceOnly");

/** An order as the log has it, with what its strategy held when it was accepted. */
interface Sent {
  readonly order: number;
  readonly time: bigint;
  /** End of the bucket in which it was sent; a closed market accepts it later. */
  readonly bucket: bigint;
  readonly quantity: bigint;
  readonly strategy: number;
  readonly held: bigint;
  /** True for one that can only reduce, a stop or a target: where it cannot, it ends. */
  readonly isReduceOnly: boolean;
  /** When nothing of it was left; NEVER for at the end of data, or not at all. */
  endedAt: bigint;
}

interface Filled {
  readonly sent: Sent | undefined;
  readonly time: bigint;
  readonly strategy: number;
  readonly before: bigint;
  readonly after: bigint;
}

interface Story {
  readonly sent: readonly Sent[];
  readonly filled: readonly Filled[];
  /** By strategy. */
  readonly held: ReadonlyMap<number, bigint>;
  /** The same when a message came, by its time. */
  readonly heldAt: ReadonlyMap<bigint, ReadonlyMap<number, bigint>>;
}

/** Laws of one run of a set that has an activation gate, or has none. */
export function runFindings(run: NodeSetRun, hasActivation: boolean): readonly SetFinding[] {
  const story = storyOf(run);
  return [
    ...(hasActivation ? restrictionFindings(run, story) : []),
    ...hoursFindings(run, story),
    // The auditor of fills knows no splits; the events of the run do.
    ...(run.given.split === undefined ? auditRun(run.result) : []).map(({ rule, text, time }) => ({
      what: `${rule}: ${text}`,
      where: hourOf(time),
    })),
    ...bookFindings(run, story),
    ...limitFindings(run, story),
  ];
}

export function hourOf(time: bigint): string {
  return `hour ${Number(time / 60_000_000_000n) / 60}`;
}

/** What the log says, in its order. */
export function storyOf({ result }: NodeSetRun): Story {
  const { orders, fills, orderEnds, splits, activations, strategyOf, instruments } = result.tables();
  const own = instruments.findIndex(({ symbol }) => symbol === SET_NAMES.symbol);
  const records = result.log.records();
  const byOrder = new Map<number, Sent>();
  const held = new Map<number, bigint>();
  const heldAt = new Map<bigint, ReadonlyMap<number, bigint>>();
  const filled: Filled[] = [];
  const filledWhole = new Set<number>();
  const strategyIn = (decision: number): number => (decision < 0 ? -1 - decision : (strategyOf[decision] ?? 0));
  for (let at = 0; at < records.rowCount; at++) {
    const row = records.row[at] as number;
    switch (RECORD_KINDS[records.kind[at] as number]) {
      case "order": {
        const decision = orders.decision[row] as number;
        const strategy = strategyIn(decision);
        const quantity = orders.quantity[row] as bigint;
        const [order, time] = [orders.order[row] as number, orders.time[row] as bigint];
        const isReduceOnly = ((orders.flags[row] as number) & REDUCE_ONLY) !== 0;
        const isFilled = ORDER_STATES[orders.state[row] as number] === "filled";
        if (isFilled) filledWhole.add(order);
        const bucket = orders.bucket[row] as bigint;
        const one = {
          isReduceOnly,
          order,
          time,
          bucket,
          quantity,
          strategy,
          held: held.get(strategy) ?? 0n,
          endedAt: NEVER,
        };
        if (orders.instrument[row] === own) byOrder.set(order, one);
        break;
      }
      case "fill": {
        const sent = byOrder.get(fills.order[row] as number);
        const strategy = sent?.strategy ?? 0;
        const before = held.get(strategy) ?? 0n;
        const [time, quantity] = [fills.time[row] as bigint, fills.quantity[row] as bigint];
        held.set(strategy, before + quantity);
        // What the engine closes itself is no decision's.
        const isForced = fills.forced[row] === 1 || fills.liquidation[row] === 1;
        filled.push({ sent: isForced ? undefined : sent, time, strategy, before, after: before + quantity });
        // The last one stands: one that was made smaller is filled by less.
        if (sent !== undefined && filledWhole.has(sent.order)) sent.endedAt = time;
        break;
      }
      case "orderEnd": {
        const sent = byOrder.get(orderEnds.order[row] as number);
        const isOpen = REASONS[orderEnds.reason[row] as number] === "end_of_data";
        if (sent !== undefined && !isOpen) sent.endedAt = orderEnds.time[row] as bigint;
        break;
      }
      case "activation":
        heldAt.set(activations.time[row] as bigint, new Map(held));
        break;
      case "split":
        held.set(splits.strategy[row] as number, splits.kept[row] as bigint);
        break;
      default:
        break;
    }
  }
  return { sent: [...byOrder.values()], filled, held, heldAt };
}

/** What the messages of a case restrict, by side. */
function restrictionsOf({ messages = [] }: NodeSetCase): readonly Restriction[] {
  return (["long", "short"] as const).flatMap((side) => {
    const own: SetMessage[] = [];
    for (const message of [...messages].sort((a, b) => a.hour - b.hour)) {
      const isFor = message.side === undefined || message.side === "both" || message.side === side;
      const last = own.at(-1);
      if (isFor && (last === undefined || message.version > last.version)) own.push(message);
    }
    return own.flatMap(({ hour, freeze, drain, active, ttl }, index): readonly Restriction[] => {
      const from = nsOf(hour);
      const next = own[index + 1];
      const to = next === undefined ? NEVER : nsOf(next.hour);
      const stale = ttl === undefined ? NEVER : from + BigInt(Number.parseInt(ttl, 10)) * HOUR_NS;
      return [
        ...(freeze === true ? [{ kind: "freeze", side, from, to } as const] : []),
        ...(drain === true || drain === "cancel" ? [{ kind: "drain", side, from, to } as const] : []),
        ...(drain === "cancel" ? [{ kind: "cancel", side, from, to } as const] : []),
        ...(active === false ? [{ kind: "inactive", side, from, to } as const] : []),
        ...(stale < to ? [{ kind: "stale", side, from: stale, to } as const] : []),
      ];
    });
  });
}

function nsOf(hour: number): bigint {
  return BigInt(Math.round(hour * 3600)) * 1_000_000_000n;
}

/** The side of exposure that an order surely is of. */
function sideOf({ quantity, held, isReduceOnly }: Sent): Side {
  if (isReduceOnly) return quantity > 0n ? "short" : "long";
  if (held === 0n) return quantity > 0n ? "long" : "short";
  return held > 0n ? "long" : "short";
}

function restrictionFindings({ given, result }: NodeSetRun, { sent, filled, heldAt }: Story): readonly SetFinding[] {
  const latency = BigInt(given.latencyMs ?? 0) * 1_000_000n;
  const times = result.tables().portfolio.time;
  const ends = bucketEnds(times);
  const findings: SetFinding[] = [];
  for (const { kind, side, from, to } of restrictionsOf(given)) {
    const mustEnd = ends(ends(from) + latency);
    // What is cancelled inside a bar is gone from the next open; behind the last bar there is none.
    const hasOpen = ends(from + latency) < (times.at(-1) ?? 0n);
    // What was sent in the bucket in hand is on its way, and gone from the first open behind the message.
    const lastEnd = times.findLast((each) => each < from) ?? from;
    // What arrives outside of the sessions is accepted with the next open, long after it was sent.
    const sentAt = ({ time, bucket }: Sent): bigint => (time - latency < bucket ? time - latency : bucket);
    // Of which side an order is may have changed since it was sent.
    const isOf = (one: Sent): boolean =>
      sideOf(one) === side && sideOf({ ...one, held: heldAt.get(from)?.get(one.strategy) ?? 0n }) === side;
    const during = sent.filter((one) => sentAt(one) >= from && sentAt(one) < to && one.time < to);
    const before = sent.filter((one) => sentAt(one) < from && one.time <= mustEnd);
    if ((kind === "freeze" || kind === "cancel") && hasOpen) {
      for (const one of before)
        if (isOf(one) && one.endedAt > (one.time < lastEnd ? mustEnd : ends(mustEnd + 1n)))
          findings.push({ what: `order ${one.order} stays open behind a ${kind} of ${side}`, where: hourOf(from) });
    }
    if (kind === "cancel") continue;
    if (kind !== "drain") {
      for (const one of during)
        if (sideOf(one) === side && !isProtective(kind, one))
          findings.push({
            what: `order ${one.order} was sent while ${side} is ${WORDS[kind]}`,
            where: hourOf(one.time),
          });
    }
    const sentSince = new Set(during.map(({ order }) => order));
    for (const { sent: of, before: was, after, time } of filled) {
      if (of === undefined || !sentSince.has(of.order) || exposure(after, side) <= exposure(was, side)) continue;
      const what = `order ${of.order} takes ${side} from ${was} to ${after} while it is ${WORDS[kind]}`;
      findings.push({ what, where: hourOf(time) });
    }
  }
  return findings;
}

const WORDS = { freeze: "frozen", drain: "drained", stale: "stale", inactive: "not active" } as const;

/** Children that close what was opened before leave where nothing is known any more; a freeze refuses them too. */
function isProtective(kind: Restriction["kind"], { quantity, held, isReduceOnly }: Sent): boolean {
  return kind !== "freeze" && (isReduceOnly || (held !== 0n && quantity > 0n !== held > 0n));
}

function exposure(position: bigint, side: Side): bigint {
  const own = side === "long" ? position : -position;
  return own > 0n ? own : 0n;
}

/** First end of a bucket at or after a time; the last one there is behind all. */
function bucketEnds(times: BigInt64Array): (time: bigint) => bigint {
  return (time) => times.find((each) => each >= time) ?? NEVER;
}

/** Nothing fills while the market is halted or closed. */
function hoursFindings({ given }: NodeSetRun, { filled }: Story): readonly SetFinding[] {
  const { halts = [], sessions } = given;
  const closed = (sessions ?? []).slice(1).map(([from], index) => [sessions?.[index]?.[1] ?? from, from] as const);
  return filled.flatMap(({ time }) => {
    const isIn = ([from, to]: readonly [number, number]): boolean => time > nsOf(from) && time < nsOf(to);
    if (halts.some(isIn)) return [{ what: "a fill in a halt", where: hourOf(time) }];
    return closed.some(isIn) ? [{ what: "a fill while the market is closed", where: hourOf(time) }] : [];
  });
}

/** The events of the run make the same positions again, and every snapshot of the account adds up. */
function bookFindings({ given, result }: NodeSetRun, { held }: Story): readonly SetFinding[] {
  const { world, strategies, symbol } = SET_NAMES;
  const events = [...eventsOfRun(result, { world, strategy: strategies[0] })];
  const { instruments, strategies: names } = result.tables();
  const books = { world, domain: "backtest", scope: "strategy", costing: "average", instruments } as const;
  const postings = events.filter((event) => event.kind !== "portfolio");
  const portfolio = portfolioOf(books, postings);
  const positions = [...held].flatMap(([index, quantity]) => {
    const again = portfolio.quantity(symbol, names[index] === "" ? strategies[0] : names[index]);
    const what = `its events make a position of ${again}, and it had ${quantity}`;
    return again === quantity ? [] : [{ what, where: `strategy ${names[index]}` }];
  });
  const identities = events.flatMap((event) => {
    if (event.kind !== "portfolio" || event.account === null || isAdded(event.account)) return [];
    return [{ what: "the parts of equity do not add up to it", where: hourOf(BigInt(event.bucket)) }];
  });
  const kept = strategies.slice(0, given.strategies ?? 1).filter((name) => names.includes(name));
  const isApart = (given.strategies ?? 1) === 1 || kept.length === given.strategies;
  const shared = isApart ? [] : [{ what: "two strategies have one position", where: "portfolio scope" }];
  return [...shared, ...positions, ...identities];
}

function isAdded(account: AccountState): boolean {
  const cents = (text: string): bigint => BigInt(mantissaOf(text, 2) ?? 0n);
  const { start, realised, unrealised, fees, funding, interest, other, equity, cash, value } = account;
  const sum = [start, realised, unrealised, funding, interest, other].reduce((all, part) => all + cents(part), 0n);
  return sum - cents(fees) === cents(equity) && cents(cash) + cents(value) === cents(equity);
}

/** At a price that does not move, no strategy is beyond its limit, nor are all of them together on a side. */
function limitFindings({ given, attached }: NodeSetRun, { filled }: Story): readonly SetFinding[] {
  const price = given.bars[0]?.[0] ?? 0;
  if (given.split !== undefined || given.bars.some((bar) => bar.slice(0, 4).some((each) => each !== price))) return [];
  const limits = attached.map(({ decisions }) => decisions[0]?.node.inputs["riskGate"]?.node.params);
  const shareOf = (name: string): number | null => {
    const shares = limits.map((params) => params?.[name]).filter((share) => typeof share === "number" && share >= 0);
    return shares.length < attached.length ? null : Math.max(...(shares as number[]));
  };
  const beyond = (units: bigint, share: number | null): boolean =>
    share !== null && Number(absolute(units)) * price > share * Number(SET_CASH) * 100;
  const [own, all] = [shareOf("position"), shareOf("concentration")];
  const held = new Map<number, bigint>();
  return filled.flatMap(({ strategy, after, time }) => {
    held.set(strategy, after);
    // On the side of the fill: what another strategy holds against it lowers nothing, since that one may leave.
    const isSame = (each: bigint): boolean => after !== 0n && each > 0n === after > 0n;
    const together = [...held.values()].filter(isSame).reduce((sum, each) => sum + each, 0n);
    const where = hourOf(time);
    if (beyond(after, own)) return [{ what: `${after} units of a strategy are beyond its limit of ${own}`, where }];
    return beyond(together, all)
      ? [{ what: `${together} units of all strategies on a side are beyond the world's limit of ${all}`, where }]
      : [];
  });
}
