// Pre-trade: whether an order may go to its market as things stand: hours, what can be borrowed, and what the account
// pays for (`NODESETS.md` 1), in the order and the words of the kernel's gate.
//
// Always true:
//   what only reduces is refused while its market is closed, and for nothing else;
//   in a cash account nothing is sold that is not held, and everything is paid for whole, with its fee and with all
//   that open orders may still take;
//   an order that exactly uses up what there is passes; values and fees are rounded up, against the account.
// Units: quantities and prices as mantissas, money in the currency's smallest part, rates and leverage in 1e-9.
//
// Not here: symbols, which the intake knows; orders without an answer, which the outbox counts; watermarks.

import { IssueList, sessionAt } from "../../../kernel/index.js";
import type { Instrument, Sessions } from "../../../kernel/index.js";
import { divCeil } from "../money/amount.js";
import { openOnSide, reducingRoom } from "../order/order-terms.js";
import type { SizedOrder } from "../order/order-terms.js";
import { moneyOf } from "../route/venue-quote.js";
import type { ActivationFacts } from "./activation.js";
import type { Check, Verdict } from "./approval.js";

/** What the gate knows of markets and of the account. */
export interface PreTradeTerms {
  /** `cash`, the default: nothing is borrowed. `margin`: exposure up to the leverage of equity, 1e-9. */
  readonly account?: { readonly kind: "cash" } | { readonly kind: "margin"; readonly leverage: bigint };
  /**
   * Units of a symbol that can be borrowed, in a margin account. Left out: any number, but for coins on a spot market,
   * of which there are none.
   */
  readonly shortable?: Readonly<Record<string, bigint>>;
  /** Sessions of a symbol; one without any is always open. */
  readonly sessions?: Readonly<Record<string, Sessions>>;
  /** Orders are cut to what can be paid for or borrowed, the default; without, they are refused. */
  readonly dynamicSizing?: boolean;
}

/** What the gate looks at besides the order. */
export interface PreTradeFacts extends ActivationFacts {
  readonly instrument: Instrument;
  /** The worst price that the order is shown, for one without a price of its own. */
  readonly worst: bigint;
  /** Fee of the dearest venue: share of the value, and the least of an order. */
  readonly feeRate: bigint;
  readonly feeMin: bigint;
  /** Cash of the scope, less what its open purchases may still take. */
  readonly cash: bigint;
  /** Of the scope, as of the newest snapshot that a decision may see. */
  readonly equity: bigint;
  /** Value of everything that the scope holds, with what may still come. */
  readonly exposure: bigint;
}

const ONE = 1_000_000_000n;

/** Terms where nobody states others. */
export const PRE_TRADE_DEFAULTS = {
  account: { kind: "cash" },
  shortable: {},
  sessions: {},
  dynamicSizing: true,
} as const;

/** @throws InputError `config/range` for a leverage that is none, or less than nothing to borrow. */
export function preTradeGate(terms: PreTradeTerms = {}): Check<PreTradeFacts> {
  checkTerms(terms);
  const { account, shortable, sessions, dynamicSizing }: Required<PreTradeTerms> = { ...PRE_TRADE_DEFAULTS, ...terms };

  const hoursFault = ({ symbol }: SizedOrder, time: bigint): Verdict | null => {
    const own = sessions[symbol];
    if (own === undefined) return null;
    const open = own.instants[2 * sessionAt(own, time)];
    if (open !== undefined && open <= time) return null;
    const closed = { kind: "reject", reason: "market_closed", text: `${symbol} is not traded now` } as const;
    return open === undefined ? closed : { ...closed, nextTime: open };
  };

  /** How many units of the symbol may be sold beyond what is held. */
  const borrowable = ({ symbol, side }: SizedOrder, facts: PreTradeFacts): bigint => {
    if (account.kind === "cash") return 0n;
    const most = shortable[symbol] ?? (facts.instrument.assetClass === "crypto-spot" ? 0n : null);
    if (most === null) return UNLIMITED;
    const short = openOnSide(side, facts) - facts.position;
    const left = short > 0n ? most - short : most;
    return left > 0n ? left : 0n;
  };

  const power = ({ cash, equity, exposure }: PreTradeFacts): bigint => {
    if (account.kind === "cash") return cash;
    return (equity > 0n ? (equity * account.leverage) / ONE : 0n) - exposure;
  };

  const judge = (order: SizedOrder, facts: PreTradeFacts): Verdict => {
    const closed = hoursFault(order, facts.time);
    if (closed !== null) return closed;
    const { side, quantity } = order;
    const room = reducingRoom(side, facts);
    if (quantity <= room) return { kind: "allow" };
    const opening = quantity - room;
    const { instrument } = facts;
    const most = side === "sell" ? borrowable(order, facts) : UNLIMITED;
    const within = opening < most ? opening : most - (most % instrument.lot);
    const paid = affordable(order, facts, within, power(facts));
    if (paid === opening) return { kind: "allow" };
    const reason = paid < within ? "insufficient_buying_power" : "not_shortable";
    const text = `${room + paid} of ${quantity} can be ${paid < within ? "paid for" : "borrowed"}`;
    const left = room + paid - ((room + paid) % instrument.lot);
    const value = moneyOf(left * facts.worst, instrument, "down");
    if (!dynamicSizing || left === 0n) return { kind: "reject", reason, text };
    if (left < instrument.quantityMin || value < instrument.notionalMin) return { kind: "reject", reason, text };
    return { kind: "revise", quantity: left, reason, text };
  };

  return { name: "preTrade", judge };
}

const UNLIMITED = 2n ** 63n;

/** The largest part of `opening`, in whole lots or all of it, that `power` pays for. */
function affordable(order: SizedOrder, facts: PreTradeFacts, opening: bigint, power: bigint): bigint {
  if (cost(order, facts, opening) <= power) return opening;
  const { lot } = facts.instrument;
  let [low, high] = [0n, opening / lot];
  while (low < high) {
    const middle = (low + high + 1n) / 2n;
    if (cost(order, facts, middle * lot) <= power) low = middle;
    else high = middle - 1n;
  }
  return low * lot;
}

/** What opening a quantity takes: its value at its own price, or at the worst that is shown, and its fee. */
function cost({ side, limit, trigger }: SizedOrder, facts: PreTradeFacts, quantity: bigint): bigint {
  if (quantity === 0n) return 0n;
  const { instrument, worst, feeRate, feeMin } = facts;
  const own = limit ?? trigger ?? worst;
  // What is sold short at its limit or better counts for what it is worth.
  const price = side === "sell" && own < worst ? worst : own;
  const value = moneyOf(quantity * price, instrument, "up");
  const rated = divCeil(value * feeRate, ONE);
  return value + (rated > feeMin ? rated : feeMin);
}

function checkTerms({ account, shortable = {} }: PreTradeTerms): void {
  const issues = new IssueList();
  const kind: unknown = account?.kind ?? "cash";
  if (kind !== "cash" && kind !== "margin")
    issues.add("config/field", "preTrade.account.kind", "cash, margin", String(kind));
  if (account?.kind === "margin" && !(account.leverage > 0n))
    issues.add("config/range", "preTrade.account.leverage", "more than 0", String(account.leverage));
  for (const [symbol, most] of Object.entries(shortable)) {
    if (!(most >= 0n)) issues.add("config/range", `preTrade.shortable.${symbol}`, "0 or more", String(most));
  }
  issues.throwIfAny();
}
