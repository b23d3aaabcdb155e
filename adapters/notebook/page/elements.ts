// Elements of the page: found by their ids, and made with text that nobody can write markup into.

/** The element with this id; the page has it, or it is not this page. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has an element #${id}`);
  return element as T;
}

type Child = Node | string;

/** A new element with attributes and children. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** A cell of a table: its text, and the classes that it has. */
export interface Cell {
  readonly text: string;
  readonly kind?: string;
}

/** Fills a table. */
export function fillTable(table: HTMLElement, head: readonly Cell[], rows: readonly (readonly Cell[])[]): void {
  const row = (cells: readonly Cell[], tag: "th" | "td"): HTMLElement =>
    make("tr", {}, ...cells.map(({ text, kind }) => make(tag, kind === undefined ? {} : { class: kind }, text)));
  table.replaceChildren(
    make("thead", {}, row(head, "th")),
    make("tbody", {}, ...rows.map((cells) => row(cells, "td"))),
  );
}

/** Shows what is wrong, or nothing. */
export function showProblem(place: HTMLElement, cause: unknown): void {
  place.hidden = cause === null;
  place.textContent = cause === null ? "" : cause instanceof Error ? cause.message : String(cause);
}
