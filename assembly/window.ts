// Sliding windows over the last n rows, as operators keep them in their state: one door to the rings, sums, extremes
// and sorted rows.

export { ringAt, ringDelay, ringHeld } from "./window-ring";
export {
  meanPush, momentsConstant, momentsPush, sumPush, sumsAdvance, sumsPair, sumsReset, sumsRow, sumsRunOfX, sumsRunOfY,
  sumsSlot, sumsTerm, sumsPlacedTerm, weightedPush, weightedSum,
} from "./window-sums";
export { argMaxPush, argMinPush, maxColumn, maxPush, minColumn, minPush } from "./window-extreme";
