// Venues: the simulated venues of a run, what each costs and takes, and the params of the router that chooses among
// them, field by field.
//
// Compiles under both asc and tsc: plain integer literals only, no imports. Offsets are in bytes from the start of the
// record; addresses are i32 offsets into linear memory, 0 for none; a field of 8 bytes is an i64 unless said otherwise.

// Venues of a run: this record, then VENUE records, then VENUE_LIST records, one an instrument. Written once.
/** Number of venues. */
export const VENUES_COUNT = 0;
/** Address of the VENUE records, in the order of the configuration. */
export const VENUES_RECORDS = 4;
/** Address of the VENUE_LIST records, in the order of the instruments. */
export const VENUES_LISTS = 8;
/**
 * Address of what each venue may still fill of the bar in hand, i64 quantities: those of the first instrument, venue by
 * venue, and so on. Part of the books.
 */
export const VENUES_BUDGETS = 12;
export const VENUES_BYTES = 16;

/** Venues that may be stated for one instrument, and in all. */
export const VENUES_MAX = 8;
export const VENUES_ALL_MAX = 64;

// Venue.
/** Address of its fees, a FEE_TABLE; 0 for those of the run. */
export const VENUE_FEES = 0;
/** SLIPPAGE_*: how far a taker's price lies from the bar's: the half spread. */
export const VENUE_SLIPPAGE_KIND = 4;
/** Ticks, or a share in 1e-9, as SLIPPAGE_* says. */
export const VENUE_SLIPPAGE = 8;
/** Time from a decision to its acceptance there, ns. */
export const VENUE_LATENCY = 16;
/** Share of a bar's volume that own orders may take there, in 1e-9; 0 for no bound of its own. */
export const VENUE_PARTICIPATION = 24;
/** Most units a bar in 1e-9; 0 for no bound. */
export const VENUE_UNITS = 32;
export const VENUE_BYTES = 40;

// Venues of an instrument.
/** Their number. */
export const VENUE_LIST_COUNT = 0;
/** Their numbers plus one, u8 each, VENUES_MAX of them. */
export const VENUE_LIST_NUMBERS = 8;
export const VENUE_LIST_BYTES = 16;

// Params of a router.
/** 1 to split an order over venues by what each can take, 0 to send it to one. */
export const ROUTER_SPLITS = 0;
/** What a second of latency is expected to cost, as a share of the value in 1e-9. */
export const ROUTER_LATENCY_RATE = 8;

// What a decision has sent in a bucket: the keys under which its orders are known.
/** Number of that bucket plus one. */
export const SENT_BUCKET = 0;
/** Bits: six for each place in the instrument's list of venues plus one, by what the order is (`publish.ts`). */
export const SENT_KEYS = 8;
export const SENT_BYTES = 16;
