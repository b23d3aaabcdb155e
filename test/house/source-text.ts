// Parts of a TypeScript source: its code without comments, and without the texts inside strings.
//
// A plain scanner: it knows comments, strings, templates and regular expressions, and keeps every line break, so that
// line numbers stay. It takes a slash for the start of a regular expression where an expression may start.

/** The source without comments. */
export function withoutComments(text: string): string {
  return scan(text, true);
}

/** The source without comments and without what stands inside strings, templates and regular expressions. */
export function codeOnly(text: string): string {
  return scan(text, false);
}

/** Line of a position, counted from 1. */
export function lineOf(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}

/** What may stand before a regular expression. */
const BEFORE_EXPRESSION = /(?:^|[=(,:;[!&|?{}+\-*%<>~^]|=>|\b(?:return|typeof|case|in|of|throw))$/;

function scan(text: string, keepTexts: boolean): string {
  let out = "";
  let at = 0;
  // Depths of braces at which a template goes on after its expression.
  const templates: number[] = [];
  let depth = 0;
  const blank = (part: string) => part.replace(/[^\n]/g, " ");
  const take = (to: number, keep: boolean) => {
    const part = text.slice(at, to);
    out += keep ? part : blank(part);
    at = to;
  };
  const takeTemplate = () => {
    let end = at;
    while (end < text.length && text[end] !== "`" && !text.startsWith("${", end)) end += text[end] === "\\" ? 2 : 1;
    take(end, keepTexts);
    if (text[at] === "`") return take(at + 1, true);
    templates.push(depth);
    depth++;
    take(at + 2, true);
  };
  while (at < text.length) {
    const char = text[at] as string;
    if (text.startsWith("//", at)) {
      const end = text.indexOf("\n", at);
      take(end < 0 ? text.length : end, false);
    } else if (text.startsWith("/*", at)) {
      const end = text.indexOf("*/", at + 2);
      take(end < 0 ? text.length : end + 2, false);
    } else if (char === '"' || char === "'") {
      take(at + 1, true);
      take(endOf(text, at, char), keepTexts);
      take(at + 1, true);
    } else if (char === "`") {
      take(at + 1, true);
      takeTemplate();
    } else if (char === "/" && BEFORE_EXPRESSION.test(out.trimEnd().slice(-10))) {
      take(endOfExpression(text, at + 1) + 1, keepTexts);
    } else if (char === "}" && templates.at(-1) === depth - 1) {
      templates.pop();
      depth--;
      take(at + 1, true);
      takeTemplate();
    } else {
      if (char === "{") depth++;
      if (char === "}") depth--;
      take(at + 1, true);
    }
  }
  return out;
}

/** Position of the next `quote` that is not escaped. */
function endOf(text: string, from: number, quote: string): number {
  let at = from;
  while (at < text.length && text[at] !== quote) at += text[at] === "\\" ? 2 : 1;
  return at;
}

/** Position of the slash that ends a regular expression. */
function endOfExpression(text: string, from: number): number {
  let inClass = false;
  for (let at = from; at < text.length; at++) {
    const char = text[at];
    if (char === "\\") at++;
    else if (char === "[") inClass = true;
    else if (char === "]") inClass = false;
    else if (char === "/" && !inClass) return at;
    else if (char === "\n") break;
  }
  return from;
}
