// Pre-trade: whether an order may go to its market as things stand (`NODESETS.md` 1): a symbol that is traded there,
// hours and halts, room for another order, what can be borrowed, and what the account pays for.
//
// The account's own limits stand in order entry, for whoever sends; this gate asks the same functions of them before,
// and what it refuses is a refusal of the node set, with its policy.
//
// Always true:
//   what only reduces is refused for its symbol and while its market is closed, and for nothing else.
// Not here: activation (`activation.ts`); watermarks, which the loop asserts before a bucket reads (`state-source.ts`).

import { ACCOUNT_OPEN_ORDERS } from "./abi-ledger";
import { MARKET_STATUS, STATUS_HALTED } from "./abi-order";
import {
  NO_LIMIT, PRE_TRADE_DYNAMIC, PRE_TRADE_OPEN_ORDERS, PRE_TRADE_QUEUES, PRE_TRADE_SYMBOLS,
} from "./abi-policy";
import {
  REASON_BACKPRESSURE, REASON_MARKET_CLOSED, REASON_NONE, REASON_SYMBOL_VALIDATION_FAILED,
} from "./abi-reason";
import { INSTRUMENT_SESSION_COUNT, INSTRUMENT_SESSIONS } from "./abi-run";
import { pairFrom } from "./bar";
import { affordable, buyingPower, refusalOfOpening } from "./margin";
import { roomForOrders } from "./order";
import { policyParam } from "./policy";
import { account, instrumentAt, marketAt } from "./run";

/** Why the last opening was cut or refused, REASON_NONE when it was not. */
export let preTradeReason: i32 = REASON_NONE;
/** Time from which a market is open that was found closed; i64 maximum for none that is known. */
export let nextOpen: i64 = i64.MAX_VALUE;

/** True when `time` lies within one of `count` sorted pairs of open and close; leaves `nextOpen` when not. */
export function isWithinHours(pairs: usize, count: i32, time: i64): bool {
  const pair = pairFrom(pairs, count, time);
  nextOpen = pair == 0 ? i64.MAX_VALUE : load<i64>(pair);
  return nextOpen <= time;
}

/** Why nothing of an instrument may be sent at `time`, REASON_NONE when it may; leaves `nextOpen`. */
export function marketFault(policy: usize, instrument: i32, time: i64): i32 {
  if (policyParam(policy, (<usize>instrument << 3) + PRE_TRADE_SYMBOLS) == 0) return REASON_SYMBOL_VALIDATION_FAILED;
  nextOpen = i64.MAX_VALUE;
  if (load<i32>(marketAt(instrument), MARKET_STATUS) == STATUS_HALTED) return REASON_MARKET_CLOSED;
  const facts = instrumentAt(instrument);
  const count = load<i32>(facts, INSTRUMENT_SESSION_COUNT);
  if (count == 0 || policyParam(policy, PRE_TRADE_QUEUES) != 0) return REASON_NONE;
  return isWithinHours(load<u32>(facts, INSTRUMENT_SESSIONS), count, time) ? REASON_NONE : REASON_MARKET_CLOSED;
}

/**
 * How much of `opening` (> 0, whole lots) at `price` the account can take on, beside a part of the order that frees
 * `freed` units. Leaves `preTradeReason`.
 */
export function preTradeAllowed(
  policy: usize, instrument: i32, buys: bool, opening: i64, freed: i64, price: i64,
): i64 {
  preTradeReason = REASON_BACKPRESSURE;
  const most = policyParam(policy, PRE_TRADE_OPEN_ORDERS);
  if (most != NO_LIMIT && load<i64>(account, ACCOUNT_OPEN_ORDERS) >= most || !roomForOrders(1)) return 0;
  preTradeReason = REASON_NONE;
  const facts = instrumentAt(instrument);
  const allowed = affordable(facts, buys, price, opening, buyingPower(facts, price, freed, buys));
  if (allowed == opening) return opening;
  preTradeReason = refusalOfOpening(buys);
  return policyParam(policy, PRE_TRADE_DYNAMIC) != 0 ? allowed : 0;
}
