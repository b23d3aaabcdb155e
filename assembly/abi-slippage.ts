// Slippage of a decision's own: the answers of slippage models in TypeScript, and the questions that they are asked,
// field by field.
//
// Compiles under both asc and tsc: plain integer literals only, no imports. Offsets are in bytes from the start of the
// record; addresses are i32 offsets into linear memory; a field of 8 bytes is an i64.

// Record of a run in which a decision has slippage of its own. Between two buckets nothing of a pass is in it.
/** Slippage models that decisions name; 0 when all of them have series. */
export const SLIPPAGE_MODELS = 0;
/** PASS_*: what of the bucket in hand is to be made again. */
export const SLIPPAGE_PASS = 4;
/** Questions of the pass in hand, those of earlier passes over the same bucket among them. */
export const SLIPPAGE_COUNT = 8;
/** How many of them, from the first on, have an answer; written by the host. */
export const SLIPPAGE_ANSWERED = 12;
/** Where a question is looked for first: behind the one that was found last. */
export const SLIPPAGE_NEXT = 16;
/** Address of the questions: QUESTIONS_MAX of them, and one more to write the next one in. */
export const SLIPPAGE_QUESTIONS = 20;
/** Address of the run as it was before the pass, from its header to the end of its books; and the bytes of that. */
export const SLIPPAGE_KEPT = 24;
export const SLIPPAGE_KEPT_BYTES = 28;
export const SLIPPAGE_BYTES = 32;

// Passes of a bucket.
export const PASS_NONE = 0;
/** Its market. */
export const PASS_MARKET = 1;
/** The market orders that fill at its close. */
export const PASS_CLOSE = 2;

/** Different questions of one bucket. */
export const QUESTIONS_MAX = 4096;

// Question: a fill in which an order takes.
/** Number of the slippage model, i32. */
export const QUESTION_MODEL = 0;
/** Index of the instrument, i32. */
export const QUESTION_INSTRUMENT = 4;
/** Type of the order (`assembly/abi-order.ts`), i32. */
export const QUESTION_TYPE = 8;
/** Number of its venue plus one, 0 for none, i32. */
export const QUESTION_VENUE = 12;
/** Quantity, negative for a sale. */
export const QUESTION_QUANTITY = 16;
/** Where the market stands, and the prices of the bar: mantissas. */
export const QUESTION_PRICE = 24;
export const QUESTION_OPEN = 32;
export const QUESTION_HIGH = 40;
export const QUESTION_LOW = 48;
export const QUESTION_CLOSE = 56;
/** Volume of the bar, i64 minimum when it is not known. */
export const QUESTION_VOLUME = 64;
/** Time of the fill, ns. */
export const QUESTION_TIME = 72;
/** The answer, behind all of the question: how much worse the fill is, a price mantissa; written by the host. */
export const QUESTION_ANSWER = 80;
export const QUESTION_BYTES = 88;
