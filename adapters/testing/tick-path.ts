// Tick paths of a bar: every way in which the price can go from the open to the close, tick by tick, through the high
// and the low and not beyond them.
//
// There is no end of such paths, but only so many states that a walker can be in: a price, whether the high and the low
// were seen, and what became of the orders. `statesAfterPaths` visits each of them once, so that its answer holds for
// paths of any length; `randomTickPath` draws one path.
//
// Always true:
//   low <= open, close <= high, all on the grid of the tick.

/** Prices of a bar. */
export interface PriceRange {
  readonly open: bigint;
  readonly high: bigint;
  readonly low: bigint;
  readonly close: bigint;
}

/** What walks: a state, what a price does to it, and a text that tells states apart. */
export interface Walker<State> {
  readonly start: State;
  /** The state after the market came to `price`; does not change the state it is given. */
  readonly step: (state: State, price: bigint) => State;
  readonly key: (state: State) => string;
}

interface Place<State> {
  readonly price: bigint;
  readonly sawHigh: boolean;
  readonly sawLow: boolean;
  readonly state: State;
}

/** Every state that some path of the bar leaves a walker in at the close. */
export function statesAfterPaths<State>(bar: PriceRange, tick: bigint, walker: Walker<State>): readonly State[] {
  const seen = new Set<string>();
  const ends = new Map<string, State>();
  const open: Place<State>[] = [];
  const visit = (from: Place<State>, price: bigint): void => {
    if (price > bar.high || price < bar.low) return;
    const sawHigh = from.sawHigh || price === bar.high;
    const sawLow = from.sawLow || price === bar.low;
    const state = walker.step(from.state, price);
    const key = walker.key(state);
    const place = `${price} ${sawHigh} ${sawLow} ${key}`;
    if (seen.has(place)) return;
    seen.add(place);
    open.push({ price, sawHigh, sawLow, state });
    if (sawHigh && sawLow && price === bar.close) ends.set(key, state);
  };
  visit({ price: bar.open, sawHigh: false, sawLow: false, state: walker.start }, bar.open);
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    visit(place, place.price + tick);
    visit(place, place.price - tick);
  }
  return [...ends.values()];
}

/** Prices passed from waypoint to waypoint, tick by tick, the first one included; a standstill is passed once. */
export function ticksBetween(waypoints: readonly bigint[], tick: bigint): readonly bigint[] {
  const ticks: bigint[] = waypoints.slice(0, 1);
  for (const goal of waypoints.slice(1)) {
    for (let price = ticks.at(-1) as bigint; price !== goal;) {
      price += price < goal ? tick : -tick;
      ticks.push(price);
    }
  }
  return ticks;
}

/**
 * A path through a bar that turns where `choose(n)`, a whole number from 0 to n - 1, says: some turns anywhere in the
 * range, the high and the low among them, and the close at the end.
 *
 * @example randomTickPath({ open: 2n, high: 3n, low: 1n, close: 1n }, 1n, () => 0) // [2n, 3n, 2n, 1n]
 */
export function randomTickPath(bar: PriceRange, tick: bigint, choose: (count: number) => number): readonly bigint[] {
  const steps = Number((bar.high - bar.low) / tick) + 1;
  const anywhere = (): bigint[] => Array.from({ length: choose(3) }, () => bar.low + BigInt(choose(steps)) * tick);
  const extremes = choose(2) === 0 ? [bar.high, bar.low] : [bar.low, bar.high];
  const [first, second] = extremes as [bigint, bigint];
  const turns = [...anywhere(), first, ...anywhere(), second, ...anywhere()];
  return ticksBetween([bar.open, ...turns, bar.close], tick);
}

/** Every shape of a bar on the prices `0` to `ticks - 1`, moved up by `base`. */
export function barShapes(ticks: number, base = 0n): readonly PriceRange[] {
  const shapes: PriceRange[] = [];
  for (let low = 0; low < ticks; low++) {
    for (let high = low; high < ticks; high++) {
      for (let open = low; open <= high; open++) {
        for (let close = low; close <= high; close++) {
          const at = (price: number): bigint => base + BigInt(price);
          shapes.push({ open: at(open), high: at(high), low: at(low), close: at(close) });
        }
      }
    }
  }
  return shapes;
}
