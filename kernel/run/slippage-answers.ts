// Slippage answers: what slippage models say to the questions of the bucket in hand.
//
// Questions stand in the order in which the data plane came to them. The first has answers alone before it, so it is
// asked in earnest; the others were asked with the run's own slippage in place of its answer and may not come up again.
//
// Always true:
//   an error of a model is one of a question that was asked in earnest.

import * as abi from "../../assembly/abi-slippage.js";
import type { GraphNode } from "../graph/node.js";
import type { SlippageContext } from "../graph/slippage-model.js";
import { askSlippage, slippageError } from "../graph/slippage-model.js";
import type { Instrument } from "../market/instrument.js";
import { ORDER_TYPE_NAMES } from "../nodes/order-rules.js";
import type { Layout } from "../plan/layout.js";
import type { Plan } from "../plan/plan.js";

/** A distance this near to a whole number of mantissas, by its own size, is meant to be it. */
const NEARNESS = 1e-12;
const WORD = 0x1_0000_0000;

/** Facts of an instrument as numbers. */
interface Scales {
  readonly symbol: string;
  readonly price: number;
  readonly quantity: number;
  /** Of the volumes of the tape that it fills on: with fractional lots they count in units of their own. */
  readonly volume: number;
  readonly tick: number;
}

export class SlippageAnswers {
  private readonly view: DataView;
  private readonly record: number;
  private readonly questions: number;
  private readonly models: readonly GraphNode[];
  private readonly instruments: readonly Scales[];
  private readonly venues: readonly string[];

  /** @param venues Names of the run's venues, in their order. */
  constructor(memory: ArrayBuffer, plan: Plan, { tables }: Layout, venues: readonly string[]) {
    this.view = new DataView(memory);
    this.record = tables.slippage;
    this.questions = tables.questions;
    this.models = plan.models;
    this.instruments = plan.instruments.map((facts, index) => {
      const own = plan.streams.find(({ instrument, executes }) => executes && instrument === index);
      return scalesOf(facts, own?.tape.instrument ?? facts);
    });
    this.venues = venues;
  }

  /**
   * Answers all questions that have no answer.
   *
   * @throws InputError `run/user-node` when a model throws, or says no distance, to the first of them. At another one
   *   it ends before it: if that is asked in earnest, it comes first then.
   */
  answer(): void {
    const { view, record } = this;
    const first = view.getInt32(record + abi.SLIPPAGE_ANSWERED, true);
    const count = view.getInt32(record + abi.SLIPPAGE_COUNT, true);
    let answered = first;
    for (; answered < count; answered++) {
      try {
        this.answerAt(this.questions + answered * abi.QUESTION_BYTES);
      } catch (error) {
        if (answered === first) throw error;
        break;
      }
    }
    view.setInt32(record + abi.SLIPPAGE_COUNT, answered, true);
    view.setInt32(record + abi.SLIPPAGE_ANSWERED, answered, true);
  }

  private answerAt(at: number): void {
    const { view } = this;
    const model = this.models[view.getInt32(at + abi.QUESTION_MODEL, true)] as GraphNode;
    const scales = this.instruments[view.getInt32(at + abi.QUESTION_INSTRUMENT, true)] as Scales;
    const context = this.contextAt(at, scales, model);
    const distance = askSlippage(model, context);
    const mantissa = wholeAbove(distance * scales.price);
    if (mantissa > Number.MAX_SAFE_INTEGER) {
      const most = Number.MAX_SAFE_INTEGER / scales.price;
      throw slippageError(model.spec, context, `a distance of at most ${most}`, String(distance));
    }
    view.setUint32(at + abi.QUESTION_ANSWER, mantissa % WORD, true);
    view.setInt32(at + abi.QUESTION_ANSWER + 4, Math.floor(mantissa / WORD), true);
  }

  private contextAt(at: number, scales: Scales, { params }: GraphNode): SlippageContext {
    const { view } = this;
    const priceAt = (offset: number): number => this.numberAt(at + offset) / scales.price;
    const quantity = this.numberAt(at + abi.QUESTION_QUANTITY);
    const volume = this.numberAt(at + abi.QUESTION_VOLUME);
    const venue = view.getInt32(at + abi.QUESTION_VENUE, true);
    return {
      symbol: scales.symbol,
      side: quantity > 0 ? "buy" : "sell",
      orderType: ORDER_TYPE_NAMES[view.getInt32(at + abi.QUESTION_TYPE, true)] as string,
      quantity: Math.abs(quantity) / scales.quantity,
      price: priceAt(abi.QUESTION_PRICE),
      open: priceAt(abi.QUESTION_OPEN),
      high: priceAt(abi.QUESTION_HIGH),
      low: priceAt(abi.QUESTION_LOW),
      close: priceAt(abi.QUESTION_CLOSE),
      volume: volume < 0 ? null : volume / scales.volume,
      venue: venue === 0 ? null : (this.venues[venue - 1] as string),
      tick: scales.tick,
      timeNs: view.getBigInt64(at + abi.QUESTION_TIME, true),
      params,
    };
  }

  /** An i64 as the nearest number: its words, without a bigint in between. */
  private numberAt(at: number): number {
    return this.view.getInt32(at + 4, true) * WORD + this.view.getUint32(at, true);
  }
}

function scalesOf({ symbol, priceDecimals, sizeDecimals, tick }: Instrument, tape: Instrument): Scales {
  const [price, quantity, volume] = [priceDecimals, sizeDecimals, tape.sizeDecimals].map((decimals) =>
    Number(10n ** BigInt(decimals)),
  ) as [number, number, number];
  return { symbol, price, quantity, volume, tick: Number(tick) / price };
}

/** The whole number that `value` (>= 0) is meant to be, or the one above it: against the account (`FILLS.md` G6). */
function wholeAbove(value: number): number {
  const whole = Math.round(value);
  return Math.abs(value - whole) <= value * NEARNESS ? whole : Math.ceil(value);
}
