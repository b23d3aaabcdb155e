// Transfer between threads: the buffers of a value, which are handed over in place of being copied.
//
// Always true:
//   only what is the sender's own is given to it: the memory of a module cannot be handed over, and a dataset's columns
//   would be gone from the dataset.

/** Every buffer under the typed arrays of plain data, each once. O(members). */
export function buffersOf(value: unknown, found = new Set<ArrayBuffer>()): ReadonlySet<ArrayBuffer> {
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer) found.add(value.buffer);
  } else if (typeof value === "object" && value !== null) {
    for (const member of Object.values(value)) buffersOf(member, found);
  }
  return found;
}
