// SQL of the page: a session over the run that is asked about, opened when something is asked, and again after the
// next run.

import { openPageSql } from "../../browser/index.js";
import type { SqlSession, TablesAtHand, Trade } from "../../browser/index.js";
import { byId, fillTable, showProblem } from "./elements.js";

/** What is asked about. */
export interface SqlSubject {
  /** By which the session is known: another one begins with another object. */
  readonly of: object;
  readonly tables: TablesAtHand;
  readonly trades: readonly Trade[] | null;
  /** Bars as an Arrow IPC stream; null where there are none. */
  readonly bars: (() => Promise<Uint8Array>) | null;
}

const ROWS_SHOWN_MAX = 500;
const PLACES = { worker: "duckdb/duckdb-browser-eh.worker.js", module: "duckdb/duckdb-eh.wasm" };

/** Makes the button ask. @param subject What is at hand; null before the first run. */
export function sqlView(subject: () => SqlSubject | null): void {
  const [button, query] = [byId<HTMLButtonElement>("ask"), byId<HTMLTextAreaElement>("query")];
  const [problem, table] = [byId("sql-problem"), byId("rows")];
  let open: { readonly of: object; readonly session: Promise<SqlSession> } | null = null;
  const ask = async (): Promise<void> => {
    const now = subject();
    if (now === null) throw new Error("There is no run to ask about yet.");
    if (open?.of !== now.of) {
      void open?.session.then((session) => session.close());
      open = { of: now.of, session: sessionOf(now) };
    }
    const { columns, rows } = await (await open.session).query(query.value);
    const kindOf = (index: number): { kind?: string } => (columns[index]?.isNumber === true ? { kind: "number" } : {});
    fillTable(
      table,
      columns.map(({ name }, index) => ({ text: name, ...kindOf(index) })),
      rows.slice(0, ROWS_SHOWN_MAX).map((row) => {
        return row.map((cell, index) => ({ text: cell === null ? "" : String(cell), ...kindOf(index) }));
      }),
    );
    const hidden = rows.length - ROWS_SHOWN_MAX;
    if (hidden > 0) showProblem(problem, `${hidden} more rows are not shown.`);
  };
  button.addEventListener("click", () => {
    button.disabled = true;
    showProblem(problem, null);
    void ask()
      .catch((cause: unknown) => {
        table.replaceChildren();
        showProblem(problem, cause);
      })
      .finally(() => (button.disabled = false));
  });
}

async function sessionOf({ tables, trades, bars }: SqlSubject): Promise<SqlSession> {
  const [worker, module] = [PLACES.worker, PLACES.module].map((path) => new URL(path, document.baseURI)) as [URL, URL];
  const more = {
    ...(trades === null ? {} : { trades }),
    ...(bars === null ? {} : { bars: await bars() }),
  };
  return openPageSql(tables, { worker, module }, more);
}
