// The way from intents to venues, all in one worker: its imports take longer than most of its tests, and are shared.

import "./throttle-cases.js";
import "./compliance-cases.js";
import "./router-cases.js";
import "./approval-cases.js";
import "./risk-cases.js";
import "./activation-cases.js";
import "./intent-cases.js";
import "./order-manager-cases.js";
import "./golden-cases.js";
import "./planted-part-cases.js";
import "./layer-journal-cases.js";
import "./layer-world-cases.js";
import "./pre-trade-cases.js";
import "./layer-portfolio-cases.js";
import "./layer-account-cases.js";
import "./layer-desk-cases.js";
import "./layer-simulation-cases.js";
import "./layer-input-cases.js";
