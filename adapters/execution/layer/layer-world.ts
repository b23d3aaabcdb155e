// World of a layer: whether the world lets the layer act in its domain at a time (`NODESETS.md` 7).
//
// Always true:
//   a layer acts in the domain that it was opened for or not at all: where its world turns to another one, or into safe
//   mode, nothing is made of an intent, and what is open at venues is cancelled;
//   the time of a layer does not go back.
// Units: instants in ns since 1970.

import { resolveWorld, worldAt } from "../../../kernel/index.js";
import type { Domain, ResolvedWorld } from "../../../kernel/index.js";
import type { Refusal } from "../check/refusal.js";
import { refusal } from "../check/refusal.js";

export class LayerWorld {
  /** The domain that the layer was opened for. */
  readonly domain: Domain;
  private world: ResolvedWorld;
  /** What was said by `leave`. */
  private mayLeave = true;
  /** What the order manager was told last. */
  private isLeaving = true;

  constructor(world: ResolvedWorld) {
    this.world = world;
    this.domain = world.domain;
  }

  /** The world as it counts at a time. */
  at(time: bigint): ResolvedWorld {
    return worldAt(this.world, time);
  }

  /** Takes what the world's service said, whatever it is. */
  decide(said: unknown, time: bigint): ResolvedWorld {
    this.world = resolveWorld(said, { world: this.world.world, nowNs: time, before: this.world });
    return this.world;
  }

  /** Takes whether orders may leave as far as the layer's owner is concerned. */
  leave(mayLeave: boolean): void {
    this.mayLeave = mayLeave;
  }

  /** True where `turn` has something to say. */
  isTurning(time: bigint): boolean {
    return this.isOpen(time) !== this.isLeaving;
  }

  /** Whether orders may leave for venues from now on, where that has changed; null where it has not. */
  turn(time: bigint): boolean | null {
    this.world = this.at(time);
    if (!this.isTurning(time)) return null;
    this.isLeaving = !this.isLeaving;
    return this.isLeaving;
  }

  private isOpen(time: bigint): boolean {
    return this.mayLeave && this.at(time).orders === "routed" && this.faultAt(time) === null;
  }

  /** When it turns by the passing of time alone, or null. */
  nextTurn(): bigint | null {
    return this.isLeaving ? this.world.until : null;
  }

  /** Why nothing is made of an intent, or null. */
  faultAt(time: bigint): Refusal | null {
    const { safeMode, reason, text, domain, orders, world, effectiveMode } = this.at(time);
    if (safeMode) return refusal("gate", "activation_unknown", `${world} is in safe mode, ${reason}: ${text}`);
    if (domain !== this.domain)
      return refusal("gate", "activation_disabled", `${world} is in ${domain}, and this is its ${this.domain}`);
    if (orders !== "none") return null;
    return refusal("gate", "activation_disabled", `no order leaves in ${effectiveMode}`);
  }
}
