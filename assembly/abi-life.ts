// The order life cycle as data: for every state and event the next state, or that the event is ignored or refused.
//
// Compiles under both asc and tsc: plain integer literals only, no imports. Each state has two words of five nibbles,
// the event in the lowest nibble first; `assembly/life.ts` and `kernel/log/order-life.ts` read them alike.
//
// Always true:
//   every pair of state and event has an answer;
//   the five last states take no event: what arrives late is ignored or refused, never applied.

export const LIFE_NEW = 0;
export const LIFE_SUBMITTED = 1;
export const LIFE_ACCEPTED = 2;
export const LIFE_PARTIALLY_FILLED = 3;
export const LIFE_CANCELING = 4;
export const LIFE_FILLED = 5;
export const LIFE_CANCELED = 6;
export const LIFE_REPLACED = 7;
export const LIFE_REJECTED = 8;
export const LIFE_EXPIRED = 9;
export const LIFE_STATES = 10;

/** Leaves the client. */
export const LIFE_SUBMIT = 0;
/** Taken by the venue, or amended there. */
export const LIFE_ACCEPT = 1;
/** Refused by the venue. */
export const LIFE_REJECT = 2;
/** Filled in part. */
export const LIFE_FILL_PART = 3;
/** Filled to the end. */
export const LIFE_FILL_REST = 4;
/** A cancel is on its way. */
export const LIFE_CANCEL_REQUEST = 5;
/** Canceled, by request or by the venue. */
export const LIFE_CANCEL = 6;
/** The cancel was refused: the order lives on, and its next fill says whether it was filled before. */
export const LIFE_CANCEL_REFUSED = 7;
/** Another order took its place. */
export const LIFE_REPLACE = 8;
/** Its time ran out. */
export const LIFE_EXPIRE = 9;
export const LIFE_EVENTS = 10;

/** Nothing changes: a repetition, or news that came late. */
export const LIFE_IGNORED = 14;
/** The event contradicts the state: a defect, or a message that belongs to no such order. */
export const LIFE_REFUSED = 15;

// Events from the right: submit, accept, reject, part, rest | cancel request, cancel, cancel refused, replace, expire.
export const LIFE_TABLE_NEW_LOW = 0xff8f1;
export const LIFE_TABLE_NEW_HIGH = 0xfff66;
export const LIFE_TABLE_SUBMITTED_LOW = 0x5382e;
export const LIFE_TABLE_SUBMITTED_HIGH = 0x97e64;
export const LIFE_TABLE_ACCEPTED_LOW = 0x53f2e;
export const LIFE_TABLE_ACCEPTED_HIGH = 0x97e64;
export const LIFE_TABLE_PARTIALLY_FILLED_LOW = 0x53f3e;
export const LIFE_TABLE_PARTIALLY_FILLED_HIGH = 0x97e64;
export const LIFE_TABLE_CANCELING_LOW = 0x548ee;
export const LIFE_TABLE_CANCELING_HIGH = 0x9726e;
export const LIFE_TABLE_FILLED_LOW = 0xfffee;
export const LIFE_TABLE_FILLED_HIGH = 0xefeee;
export const LIFE_TABLE_CANCELED_LOW = 0xfffee;
export const LIFE_TABLE_CANCELED_HIGH = 0xefeee;
export const LIFE_TABLE_REPLACED_LOW = 0xfffee;
export const LIFE_TABLE_REPLACED_HIGH = 0xeeeee;
export const LIFE_TABLE_REJECTED_LOW = 0xffeee;
export const LIFE_TABLE_REJECTED_HIGH = 0xefeee;
export const LIFE_TABLE_EXPIRED_LOW = 0xfffee;
export const LIFE_TABLE_EXPIRED_HIGH = 0xefeee;
