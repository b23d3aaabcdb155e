// Strategy files: TypeScript or JavaScript that exports a strategy or a graph, or a graph as JSON.
//
// Always true:
//   what is wrong with a file is bad input with the place in the file, never a stack trace;
//   a file is loaded once for a process, as every module is.

import { existsSync, readFileSync, statSync } from "node:fs";
import { register } from "node:module";
import { basename, extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { CATALOGUE, InputError, isStrategy, nearestText, parseGraph, strategyValues } from "../../kernel/index.js";
import type { Graph, Issue, IssueCode, Strategy, StrategyValue, UserSpec } from "../../kernel/index.js";
import { placeInFile } from "./error-place.js";

/** A strategy with its graph for the params that were asked for. */
export interface LoadedStrategy {
  readonly name: string;
  readonly description: string | null;
  /** Values of all params; empty for a graph without params. */
  readonly params: Readonly<Record<string, StrategyValue>>;
  readonly graph: Graph;
  /** What the file's export `config` assumes: what stated options and files of a run go before. */
  readonly config: Readonly<Record<string, unknown>>;
}

export interface LoadOptions {
  /** Params as they were written; the last one of a name counts. */
  readonly params?: readonly (readonly [param: string, text: string])[];
  /** Name of the export, `default` by default. */
  readonly export?: string;
  /** File with the user nodes of a graph in JSON. */
  readonly userNodes?: string;
}

/**
 * Loads a strategy and builds its graph.
 *
 * @param path A file `.ts`, `.mts`, `.js`, `.mjs` or `.json`.
 * @throws InputError `strategy/load`, `strategy/export`, `strategy/throws`, `strategy/param`, and the `graph/*` issues
 *   of the graph.
 */
export async function loadStrategy(path: string, options: LoadOptions = {}): Promise<LoadedStrategy> {
  checkFile(path);
  const params = options.params ?? [];
  if (extname(path) === ".json") return loadDocument(path, params, options.userNodes);
  const module = await importFile(path);
  const exported = exportOf(path, module, options.export ?? "default");
  const config = configOf(path, module["config"]);
  if (isStrategy(exported)) return { ...build(path, exported, params), config };
  refuseParams(path, params);
  return { name: stem(path), description: null, params: {}, graph: exported as Graph, config };
}

/** The configuration that a file exports beside its strategy, such as that of an attached node set. */
function configOf(path: string, value: unknown): LoadedStrategy["config"] {
  if (value === undefined) return {};
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as LoadedStrategy["config"];
  const advice = "Export const config = attached.config, or fields of a run's configuration.";
  throw fault("strategy/export", `${path}#config`, "an object of a run's configuration", describe(value), advice);
}

async function loadDocument(
  path: string,
  params: readonly (readonly [string, string])[],
  userNodes: string | undefined,
): Promise<LoadedStrategy> {
  refuseParams(path, params);
  const builders = userNodes === undefined ? [] : await loadUserNodes(userNodes);
  const text = readFileSync(path, "utf8");
  const graph = locatedIssues(path, () => parseGraph(text, CATALOGUE, builders));
  return { name: stem(path), description: null, params: {}, graph, config: {} };
}

/**
 * The user nodes that a file exports, and those of the graphs and strategies that it exports.
 *
 * @throws InputError `strategy/load`, `strategy/throws`, and `strategy/export` for a file without user nodes.
 */
export async function loadUserNodes(path: string): Promise<{ readonly spec: UserSpec }[]> {
  checkFile(path);
  const exported = Object.values(await importFile(path)) as (Partial<{ readonly spec: UserSpec }> | null)[];
  const builders = exported.flatMap((value) => (value?.spec?.kind === "user" ? [{ spec: value.spec }] : usedIn(value)));
  if (builders.length > 0) return builders;
  throw fault("strategy/export", path, "at least one exported user node, made by userNode(…)", "none");
}

/** User nodes of a graph, or of a strategy with the defaults of its params. */
function usedIn(value: unknown): { readonly spec: UserSpec }[] {
  const graph = isStrategy(value) ? value.graph() : isGraph(value) ? value : null;
  const specs = new Set((graph?.nodes ?? []).map(({ spec }) => spec));
  return [...specs].flatMap((spec) => (spec.kind === "user" ? [{ spec: spec as UserSpec }] : []));
}

const PATH = "Check the path: name the file that exports the graph.";
const KINDS = "A strategy is TypeScript, JavaScript or a graph as JSON; goldentape verify replays a saved run.";

function checkFile(path: string): void {
  if (!existsSync(path) || !statSync(path).isFile()) {
    throw fault("strategy/load", path, "a strategy file", existsSync(path) ? "a folder" : "no such file", PATH);
  }
  const extension = extname(path);
  if (!/^\.(m?[jt]s|json)$/.test(extension)) {
    throw fault("strategy/load", path, "a file .ts, .mts, .js, .mjs or .json", JSON.stringify(extension), KINDS);
  }
  if (readFileSync(path).length === 0) throw fault("strategy/load", path, "a strategy", "an empty file");
}

let isHooked = false;

/** Node loads TypeScript through hooks; a runner that runs this very file as TypeScript needs none. */
function hook(): void {
  if (isHooked || import.meta.url.endsWith(".ts")) return;
  isHooked = true;
  register(new URL("./hooks.js", import.meta.url));
}

async function importFile(path: string): Promise<Readonly<Record<string, unknown>>> {
  hook();
  try {
    return (await import(/* @vite-ignore */ pathToFileURL(resolve(path)).href)) as Record<string, unknown>;
  } catch (error) {
    throw located(path, error, isLoadFault(error) ? "strategy/load" : "strategy/throws");
  }
}

/** Whether the file could not be read as a module, so that none of its code ran. */
function isLoadFault(error: unknown): boolean {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return (
    error instanceof SyntaxError || (typeof code === "string" && /^ERR_|^UnsupportedSyntax|^InvalidSyntax/.test(code))
  );
}

function exportOf(path: string, module: Readonly<Record<string, unknown>>, name: string): unknown {
  const known = Object.keys(module);
  if (!Object.hasOwn(module, name)) {
    const near = nearestText(name, known);
    const advice = near === null ? "Write export default, or pass --export NAME." : `Did you mean ${near}?`;
    const received = known.length === 0 ? "a file without exports" : `the exports ${known.join(", ")}`;
    throw fault("strategy/export", path, `an export named ${name}`, received, advice);
  }
  const value = module[name];
  if (isStrategy(value) || isGraph(value)) return value;
  const advice = "Export defineStrategy({ … }) or graph({ … }).";
  throw fault("strategy/export", `${path}#${name}`, "a strategy or a graph", describe(value), advice);
}

function build(
  path: string,
  strategy: Strategy,
  written: readonly (readonly [string, string])[],
): Omit<LoadedStrategy, "config"> {
  const values = strategyValues(strategy, written);
  let graph: Graph;
  try {
    graph = strategy.graph(values);
  } catch (error) {
    throw located(path, error, "strategy/throws");
  }
  if (!isGraph(graph)) {
    throw fault("strategy/export", `${path}: build`, "a graph, as graph({ … }) makes it", describe(graph));
  }
  return { name: strategy.name, description: strategy.description, params: { ...strategy.params, ...values }, graph };
}

function refuseParams(path: string, params: readonly (readonly [string, string])[]): void {
  if (params.length === 0) return;
  const advice = "Only what defineStrategy({ params, … }) makes has params.";
  const received = params.map(([param]) => param).join(", ");
  throw fault("strategy/param", path, "no params: the graph is fixed", received, advice);
}

function isGraph(value: unknown): value is Graph {
  const graph = value as Partial<Graph> | null;
  return typeof graph === "object" && graph !== null && Array.isArray(graph.nodes) && graph.published instanceof Map;
}

/** Issues of a document, each with the file that it is about. */
function locatedIssues<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(error.issues.map((issue) => ({ ...issue, path: `${path}: ${issue.path}` })));
  }
}

/** An error out of a strategy's code as bad input, with the line where it came from. */
function located(path: string, error: unknown, code: IssueCode): InputError {
  const place = placeInFile(path, error);
  if (error instanceof InputError) {
    return new InputError(error.issues.map((issue) => ({ ...issue, path: `${place}: ${issue.path}` })));
  }
  const expected = code === "strategy/load" ? "a module that can be loaded" : "a strategy that builds its graph";
  return fault(code, place, expected, describeError(error));
}

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return describe(error);
  const [first = ""] = error.message.trim().split("\n");
  return error.name === "Error" ? first : `${error.name}: ${first}`;
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return typeof value === "function"
    ? "a function"
    : typeof value === "object"
      ? "an object"
      : `${typeof value} ${JSON.stringify(value)}`;
}

function stem(path: string): string {
  return basename(path, extname(path));
}

function fault(code: IssueCode, path: string, expected: string, received: string, advice?: string): InputError {
  const issue: Issue = { code, path, expected, received };
  return new InputError([advice === undefined ? issue : { ...issue, advice }]);
}
