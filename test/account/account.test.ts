// The books of an account, all in one worker: the module that they are compiled to takes longest, and is shared.

import "./liquidation-cases.js";
import "./side-cases.js";
import "./fees-cases.js";
import "./balances-cases.js";
import "./ledger-cases.js";
