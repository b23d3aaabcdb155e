// The example strategies by the paths of their files, for hosts that cannot load a file by its path.

import type { Strategy } from "../kernel/index.js";
import breakoutBracket from "./strategies/breakout-bracket.js";
import buyAndHold from "./strategies/buy-and-hold.js";
import decisionEngine from "./strategies/decision-engine.js";
import donchianBreakout from "./strategies/donchian-breakout.js";
import drawdownBrake from "./strategies/drawdown-brake.js";
import efficiencyRatio from "./strategies/efficiency-ratio.js";
import gatedFamilies from "./strategies/gated-families.js";
import momentumTop from "./strategies/momentum-top.js";
import ownPortfolio from "./strategies/own-portfolio.js";
import ownSlippage from "./strategies/own-slippage.js";
import pairsZscore from "./strategies/pairs-zscore.js";
import routedSwing from "./strategies/routed-swing.js";
import rsiReversion from "./strategies/rsi-reversion.js";
import smaCross from "./strategies/sma-cross.js";
import thresholdSet from "./strategies/threshold-set.js";
import twoInOneWorld from "./strategies/two-in-one-world.js";

const STRATEGIES: readonly Pick<Strategy, "name">[] = [
  breakoutBracket,
  buyAndHold,
  decisionEngine,
  donchianBreakout,
  drawdownBrake,
  efficiencyRatio,
  gatedFamilies,
  momentumTop,
  ownPortfolio,
  ownSlippage,
  pairsZscore,
  routedSwing,
  rsiReversion,
  smaCross,
  thresholdSet,
  twoInOneWorld,
];

/** Example strategies by path from the project's root: `datasets/strategies/sma-cross.ts`. */
export const STRATEGY_FILES: ReadonlyMap<string, Strategy> = new Map(
  STRATEGIES.map((strategy) => [`datasets/strategies/${strategy.name}.ts`, strategy as unknown as Strategy]),
);
