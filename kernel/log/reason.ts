// Reason codes of refusals and of orders that end early: a closed list, made where the refusal happens.
//
// A number, once written to a log, keeps its meaning: new reasons are added at the end.

export const REASONS = [
  "none",
  "activation_disabled",
  "activation_unknown",
  "freeze",
  "drain",
  "symbol_validation_failed",
  "market_closed",
  "not_shortable",
  "insufficient_buying_power",
  "invalid_order",
  "backpressure",
  "watermark",
  "duplicate",
  "position_size_limit",
  "leverage_limit",
  "drawdown_limit",
  "concentration_limit",
  "volatility_limit",
  "below_minimum",
  "compliance_region",
  "compliance_restricted",
  "throttled",
  "stale_decision",
  "end_of_data",
  "volume_budget",
  "superseded",
  "no_price",
] as const;

export type Reason = (typeof REASONS)[number];
