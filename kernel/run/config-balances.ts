// Balances of a configuration: how costs are counted, when sales settle, and what is kept in which currency.

import {
  ACCOUNT_IS_CONVERTING,
  ACCOUNT_IS_DAILY,
  ACCOUNT_IS_FIFO,
  ACCOUNT_IS_SETTLING,
} from "../../assembly/abi-account.js";
import type { IssueList } from "../base/error.js";
import type { Json } from "../base/jcs.js";
import { civilFromDay, instantOf } from "../data/civil-date.js";
import { shown } from "../graph/node-check.js";
import type { AccountSettings } from "../plan/account.js";
import type { DecimalInput, Given } from "./config-check.js";
import { decimalWithin, oneOf, RATE_DECIMALS, rateText, record, wholeWithin, WHOLE } from "./config-check.js";

/** Terms of an account about costs, settlement and currencies. */
export interface BalanceTerms {
  /** Whose cost leaves with a sale: its share of the `average` (the default), or that of what was bought first. */
  readonly cost?: "average" | "fifo";
  /** Lots that a position may hold at once under `fifo`; 4,096 by default. */
  readonly lotsMax?: number;
  /** Of a cash account: business days (Monday to Friday but for holidays) until a sale may be spent; 0 by default. */
  readonly settlement?: { readonly days: number; readonly holidays?: readonly string[] };
  /** Code of the currency of the account; needed where instruments trade in several. */
  readonly currency?: string;
  /** Share of what is converted between currencies that a conversion costs; 0 by default. */
  readonly conversionFee?: DecimalInput;
  /** `keep` (the default) leaves what a sale brings in its currency; `convert` takes it to that of the account. */
  readonly proceeds?: "keep" | "convert";
}

/** Checked terms of balances. */
export interface CheckedBalances {
  readonly settings: Pick<AccountSettings, "lotsMax" | "settlementDays" | "holidays" | "conversionFeeE9">;
  /** ACCOUNT_IS_* bits. */
  readonly flags: number;
  /** Code of the account's currency; `null` for that of its instruments. */
  readonly currency: string | null;
  readonly canonical: { readonly [field: string]: Json };
}

/** Fields of an account that are checked here. */
export const BALANCE_FIELDS: readonly string[] = [
  "cost",
  "lotsMax",
  "settlement",
  "currency",
  "conversionFee",
  "proceeds",
];

const LOTS_DEFAULT = 4096;
const LOTS_MAX = 1 << 20;
const SETTLEMENT_DAYS_MAX = 10;
const HOLIDAYS_MAX = 10_000;
const DAY_NS = 86_400_000_000_000n;
const PATH = "config.account";

/** Checks balances. Reports `config/type`, `config/range`, `config/field` and `config/unknown-field`. */
export function checkBalances(terms: Given, isMargin: boolean, issues: IssueList): CheckedBalances {
  const isFifo = oneOf(issues, "account.cost", terms["cost"], ["average", "fifo"]) === "fifo";
  const isConverting = oneOf(issues, "account.proceeds", terms["proceeds"], ["keep", "convert"]) === "convert";
  const lots = terms["lotsMax"] ?? LOTS_DEFAULT;
  const lotsMax = wholeWithin(issues, `${PATH}.lotsMax`, lots, "lots", 1, LOTS_MAX);
  const settlement = checkSettlement(terms["settlement"], isMargin, issues);
  const currency = checkCurrency(terms["currency"], issues);
  const isFee = (mantissa: bigint): boolean => mantissa >= 0n && mantissa < WHOLE;
  const fee = terms["conversionFee"] ?? "0";
  const feePath = `${PATH}.conversionFee`;
  const conversionFeeE9 = decimalWithin(issues, feePath, fee, RATE_DECIMALS, isFee, "a share from 0 on, below 1");
  const settles = settlement.days > 0;
  return {
    settings: { lotsMax, settlementDays: settlement.days, holidays: settlement.holidays, conversionFeeE9 },
    flags:
      (isFifo ? ACCOUNT_IS_FIFO : 0) |
      (isConverting ? ACCOUNT_IS_CONVERTING : 0) |
      (settles ? ACCOUNT_IS_SETTLING | ACCOUNT_IS_DAILY : 0),
    currency,
    canonical: {
      cost: isFifo ? "fifo" : "average",
      lotsMax: isFifo ? lotsMax : null,
      settlement: settles ? { days: settlement.days, holidays: settlement.holidays.map(dateText) } : null,
      conversionFee: rateText(conversionFeeE9),
      proceeds: isConverting ? "convert" : "keep",
    },
  };
}

interface Settlement {
  readonly days: number;
  readonly holidays: readonly number[];
}

function checkSettlement(value: unknown, isMargin: boolean, issues: IssueList): Settlement {
  if (value === undefined) return { days: 0, holidays: [] };
  const path = `${PATH}.settlement`;
  if (isMargin) issues.add("config/field", path, "a cash account, which alone waits for settlement", shown(value));
  const given = record(issues, path, value, ["days", "holidays"]);
  const days = wholeWithin(issues, `${path}.days`, given["days"], "business days", 0, SETTLEMENT_DAYS_MAX);
  const holidays = given["holidays"] ?? [];
  if (!Array.isArray(holidays) || holidays.length > HOLIDAYS_MAX) {
    issues.add("config/type", `${path}.holidays`, `a list of at most ${HOLIDAYS_MAX} dates`, shown(holidays));
    return { days, holidays: [] };
  }
  const dates = holidays.map((date: unknown, i) => dayOf(date, `${path}.holidays[${i}]`, issues));
  return { days, holidays: [...new Set(dates)].sort((a, b) => a - b) };
}

function dayOf(date: unknown, path: string, issues: IssueList): number {
  const instant = typeof date === "string" ? instantOf(date) : null;
  if (instant !== null && instant % DAY_NS === 0n) return Number(instant / DAY_NS);
  issues.add("config/type", path, "a date, such as 2024-12-25", shown(date));
  return 0;
}

function dateText(day: number): string {
  const { year, month, dayOfMonth } = civilFromDay(day);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(dayOfMonth)}`;
}

function checkCurrency(value: unknown, issues: IssueList): string | null {
  if (value === undefined) return null;
  if (typeof value === "string" && value !== "") return value;
  issues.add("config/type", `${PATH}.currency`, "the code of a currency, such as USD", shown(value));
  return null;
}
