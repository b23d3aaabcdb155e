// Total orders for sorting: the same on every machine, because no locale takes part.

/** Order of two texts by UTF-16 code units. Negative, 0 or positive, as `sort` takes it. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
