// The line on a terminal that says which step of a command is being done, while nothing else is printed yet.
//
// Always true:
//   where standard error is no terminal nothing is written;
//   the line is gone before anything else is printed.

const CLEAR = "\r\u001B[2K";
let isShown = false;

/** Says the step in place of the one before. Work is synchronous, so a line cannot wait until it takes long. */
export function showStep(text: string): void {
  if (!process.stderr.isTTY) return;
  process.stderr.write(`${CLEAR}${text}`);
  isShown = true;
}

/** Takes the line away. */
export function clearStep(): void {
  if (isShown) process.stderr.write(CLEAR);
  isShown = false;
}
