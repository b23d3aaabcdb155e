// The golden gate of the page: a line for each scenario, as they are done.

import type { GateCell } from "../../golden/gate.js";
import { runPageGate } from "../../golden/page-gate.js";
import { byId, fillTable } from "./elements.js";
import type { Cell } from "./elements.js";

const HEAD: readonly Cell[] = [{ text: "Scenario" }, { text: "Outcome" }, { text: "Result digest" }];

/** Makes the button run the gate. */
export function gateView(): void {
  const [button, status, table] = [byId<HTMLButtonElement>("gate"), byId("gate-status"), byId("gate-rows")];
  button.addEventListener("click", () => {
    button.disabled = true;
    const rows: Cell[][] = [];
    const show = (cells: readonly GateCell[]): Promise<void> => {
      rows.push(rowOf(cells));
      fillTable(table, HEAD, rows);
      return new Promise((resolve) => setTimeout(resolve));
    };
    void runPageGate(new URL("golden.json", document.baseURI), show)
      .then(({ cells }) => {
        const count = (outcome: GateCell["outcome"]): number => cells.filter((cell) => cell.outcome === outcome).length;
        status.textContent = `${count("same")} same, ${count("different")} different, ${count("skipped")} skipped`;
        status.className = count("different") === 0 ? "same" : "different";
      })
      .catch((cause: unknown) => {
        status.textContent = String(cause);
        status.className = "different";
      })
      .finally(() => (button.disabled = false));
  });
}

function rowOf(cells: readonly GateCell[]): Cell[] {
  const [first] = cells;
  const different = cells.find((cell) => cell.outcome === "different");
  const name = { text: first?.scenario ?? "" };
  if (different !== undefined) return [name, { text: "different", kind: "different" }, { text: different.detail }];
  if (first?.outcome === "skipped") return [name, { text: "skipped" }, { text: first.detail }];
  const digest = { text: first?.resultDigest ?? "", kind: "digest" };
  return [name, { text: `${cells.length} same`, kind: "same" }, digest];
}
