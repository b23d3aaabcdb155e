// Draws of a run: how many random numbers it drew, the one that it ends with, and each of them where that is asked for.
//
// Always true:
//   none of this is in the event log or in a digest of a result: the same run draws the same.

import * as abi from "../../assembly/abi-run.js";
import type { Layout } from "../plan/layout.js";

/** One number drawn. */
export interface Draw {
  /** `touch`: whether a touched limit fills. `unseed`: the last one. */
  readonly purpose: "touch" | "unseed";
  /** What it is about, as the data plane names it (`assembly/walk.ts`): acceptance, limit, side, the bar. */
  readonly about: readonly bigint[];
  /** Below 1e9. */
  readonly drawn: number;
}

/** The draws of a run. */
export interface RunDraws {
  /** Draws made, those of walks that were undone among them, without the last. */
  readonly count: number;
  /** Every draw with the last, in order; null unless `logDraws` was asked for. */
  readonly log: readonly Draw[] | null;
  /** Draws that found no room in the log: more than some 40,000 in a bucket. */
  readonly lost: number;
}

/** Bytes for a log of draws. */
export const DRAW_LOG_BYTES = 8 * 1024 * 1024;
const PURPOSES = ["touch", "unseed"] as const;

/** Takes the log of draws out of the memory as it fills up. */
export class DrawLog {
  private readonly view: DataView;
  private readonly layout: Layout;
  private readonly taken: Draw[] = [];
  private readonly isKept: boolean;

  /** @param isKept Lets the data plane write the log, which must have room behind the ring. */
  constructor(memory: ArrayBuffer, layout: Layout, isKept: boolean) {
    this.view = new DataView(memory);
    this.layout = layout;
    this.isKept = isKept;
    if (!isKept) return;
    this.view.setUint32(layout.header + abi.RUN_DRAW_LOG, layout.ring + layout.ringBytes, true);
    this.view.setInt32(layout.header + abi.RUN_DRAW_LOG_ROOM, DRAW_LOG_BYTES, true);
  }

  drain(): void {
    const { view } = this;
    const { header, ring, ringBytes } = this.layout;
    const used = view.getInt32(header + abi.RUN_DRAW_LOG_USED, true);
    const begin = ring + ringBytes;
    for (let at = begin; at < begin + used;) {
      const words = Number(view.getBigInt64(at, true));
      const word = (index: number): bigint => view.getBigInt64(at + 8 * index, true);
      const about = Array.from({ length: words - 2 }, (_, index) => word(index + 2));
      const purpose = PURPOSES[Number(word(1)) - 1] as Draw["purpose"];
      this.taken.push({ purpose, about, drawn: Number(word(words)) });
      at += 8 + 8 * words;
    }
    view.setInt32(header + abi.RUN_DRAW_LOG_USED, 0, true);
  }

  /** @param isEnded Whether the last draw was made, which is not counted. */
  draws(isEnded: boolean): RunDraws {
    const { view } = this;
    const { header } = this.layout;
    const count = Number(view.getBigInt64(header + abi.RUN_DRAWS, true));
    const lost = view.getInt32(header + abi.RUN_DRAW_LOG_LOST, true);
    return { count: isEnded ? count - 1 : count, log: this.isKept ? [...this.taken] : null, lost };
  }

  /** The mix of all draws, 16 hexadecimal digits. */
  mix(): string {
    return this.view
      .getBigUint64(this.layout.header + abi.RUN_DRAW_MIX, true)
      .toString(16)
      .padStart(16, "0");
  }
}
