// What the reference is given: bars, trading status, and the assumptions of a run, in integers.
//
// Units: prices, quantities and money as mantissas; rates in 1e-9; times in ns.

import type { Instrument } from "../../kernel/index.js";
import { larger } from "./integers.js";
import type { PriceRange } from "./tick-path.js";

export interface ReferenceBar extends PriceRange {
  /** Close time. */
  readonly time: bigint;
  /** `null` when not known. */
  readonly volume: bigint | null;
}

export type TradingStatus = "normal" | "halted" | "limitUp" | "limitDown";

export interface ReferenceInstrument {
  readonly facts: Instrument;
  readonly intervalNs: bigint;
  readonly bars: readonly ReferenceBar[];
  /** Changes of the trading status, by rising time; none for a market that is always open. */
  readonly statuses?: readonly { readonly time: bigint; readonly status: TradingStatus }[];
  /** Funding rates by rising time, in 1e-12 of the value held; positive ones are paid by long positions (C6). */
  readonly funding?: readonly { readonly time: bigint; readonly rateE12: bigint }[];
  /** Sessions [open, close) by rising time; without them each bar is a session of its own. */
  readonly sessions?: readonly { readonly open: bigint; readonly close: bigint }[];
}

export type ReferenceSlippage =
  | { readonly kind: "none" }
  | { readonly kind: "ticks"; readonly ticks: bigint }
  | { readonly kind: "bps"; readonly shareE9: bigint }
  | { readonly kind: "volumeShare"; readonly factorE9: bigint };

/** B3; `given` walks the ticks that `pathOf` says. */
export type PathMode = "worst" | "best" | "ohlc" | "olhc" | "nearest" | "colour" | "given";

/** B6: `ticks` that the walk must go beyond a limit; 0 is a touch. */
export type LimitTicks = bigint;

export interface ReferenceAssumptions {
  readonly cash: bigint;
  /** `null` for a cash account. */
  readonly leverageE9: bigint | null;
  /** Share of the value that a position must keep as margin (C5), with crossed margins; no liquidation without it. */
  readonly maintenanceE9?: bigint;
  readonly feeTakerE9: bigint;
  /** The taker's when left out. */
  readonly feeMakerE9?: bigint;
  /** Fee of one whole unit of quantity, in 1e-9 of the smallest unit of money. */
  readonly feeUnitE9: bigint;
  readonly feeMinimum: bigint;
  readonly slippage: ReferenceSlippage;
  readonly fill: "nextOpen" | "sameClose";
  /** `null` for no cap. */
  readonly participationE9: bigint | null;
  readonly remainder: "carry" | "cancel";
  readonly latencyNs: bigint;
  readonly closeAtEnd: boolean;
  readonly path?: PathMode;
  readonly limitTicks?: LimitTicks;
  readonly auctionOpen?: boolean;
  readonly limitPriceAlways?: boolean;
  readonly capToBar?: boolean;
  readonly strictClose?: boolean;
  readonly testThenRatchet?: boolean;
  /** The ticks of a bar under `given`, from its open to its close. */
  readonly pathOf?: (instrument: number, row: number) => readonly bigint[];
}

/** A market without costs, slippage, caps and latency, in which all else is as it is when a run says nothing. */
export function costless(cash: bigint, leverageE9: bigint | null): ReferenceAssumptions {
  return {
    cash,
    leverageE9,
    feeTakerE9: 0n,
    feeUnitE9: 0n,
    feeMinimum: 0n,
    slippage: { kind: "none" },
    fill: "nextOpen",
    participationE9: null,
    remainder: "carry",
    latencyNs: 0n,
    closeAtEnd: false,
  };
}

/** Open of a bar: its close less its length, never before the close of the bar ahead of it. */
export function openTimeOf({ bars, intervalNs }: ReferenceInstrument, row: number): bigint {
  const bar = bars[row] as ReferenceBar;
  const byLength = bar.time - intervalNs;
  const ahead = bars[row - 1]?.time ?? byLength;
  return ahead > byLength ? ahead : byLength;
}

/** Sessions of an instrument: the calendar's, or each bar as its own. */
export function sessionsOf(source: ReferenceInstrument): readonly { readonly open: bigint; readonly close: bigint }[] {
  return source.sessions ?? source.bars.map(({ time }, row) => ({ open: openTimeOf(source, row), close: time }));
}

const DAY_NS = 86_400_000_000_000n;

/** Sessions that an instrument trades in alone: those of its calendar, on bars shorter than a day; else `null`. */
function keptSessions({ sessions, intervalNs }: ReferenceInstrument): ReferenceInstrument["sessions"] | null {
  return sessions === undefined || intervalNs >= DAY_NS ? null : sessions;
}

/**
 * When an order that reaches the market at `at` is accepted: at once, or with the open of the next session. Under
 * `sameClose` the close of a session is a part of it.
 */
export function acceptedFrom(source: ReferenceInstrument, at: bigint, fill: ReferenceAssumptions["fill"]): bigint {
  const last = fill === "sameClose" ? at - 1n : at;
  const next = keptSessions(source)?.find(({ close }) => close > last);
  return next === undefined ? at : larger(at, next.open);
}

/**
 * Status that governs a whole bar (B12): a halt or a limit that holds at any time of the bar, its close included, holds
 * for all of it, and what ends at a time lets orders fill from the first bar that opens then or later. Outside of the
 * sessions that an instrument trades in, a bar is one of a halt.
 */
export function statusOf(source: ReferenceInstrument, row: number): ReadonlySet<TradingStatus> {
  const opened = openTimeOf(source, row);
  const { time: closed } = source.bars[row] as ReferenceBar;
  const changes = source.statuses ?? [];
  const held = changes.filter(({ time }, index) => {
    const next = changes[index + 1]?.time ?? null;
    return time <= closed && (next === null || next > opened);
  });
  const within = keptSessions(source)?.some((each) => each.open < closed && each.close > opened) ?? true;
  return new Set([...held.map(({ status }) => status), ...(within ? [] : (["halted"] as const))]);
}
