// Tests as plain functions: what test files take from their runner, so that one process can run them again and again.
//
// Always true:
//   nothing is run when a test file is loaded; hooks run once, before the first round.

import { ASYMMETRIC_MATCHERS_OBJECT, GLOBAL_EXPECT, chai, setState } from "@vitest/expect";
import { JestAsymmetricMatchers, JestChaiExpect, JestExtend } from "@vitest/expect";
import fc from "fast-check";

type Body = (...args: readonly unknown[]) => unknown;

/** One test. */
export interface Check {
  readonly name: string;
  readonly run: () => Promise<void>;
}

const SEED = 20_261_121;
// The first difference kills: nobody reads a shrunk case.
fc.configureGlobal({ seed: SEED, endOnFailure: true });

chai.use(JestExtend);
chai.use(JestChaiExpect);
chai.use(JestAsymmetricMatchers);

const collected: Check[] = [];
const hooks: Body[] = [];
const path: string[] = [];

/** Tests of all files that were loaded, in order. */
export function collectedChecks(): readonly Check[] {
  return collected;
}

/** Does what files want done before their tests. */
export async function prepareChecks(): Promise<void> {
  for (const hook of hooks) await hook();
}

export function describe(name: string, body: () => void): void {
  path.push(name);
  body();
  path.pop();
}

export function it(name: string, body: Body): void {
  const run = async (): Promise<void> => {
    await body();
  };
  collected.push({ name: [...path, name].join(" "), run });
}

it.each =
  (rows: readonly unknown[]) =>
  (name: string, body: Body): void => {
    rows.forEach((row, index) => {
      const args = Array.isArray(row) ? (row as readonly unknown[]) : [row];
      it(`${name} (${index + 1})`, () => body(...args));
    });
  };

export function beforeAll(hook: Body): void {
  hooks.push(hook);
}

/** What files would take away at their end stays for the next round. */
export function afterAll(): void {
  return;
}

type Assertion = (value: unknown, message?: string) => unknown;
type Shared = Record<symbol, object | undefined>;

const shared = globalThis as unknown as Shared;
const asserted: Assertion = (value, message) => chai.expect(value, message);
export const expect = Object.assign(asserted, chai.expect, shared[ASYMMETRIC_MATCHERS_OBJECT]);
shared[GLOBAL_EXPECT] = expect;
setState({ assertionCalls: 0 }, expect as unknown as Parameters<typeof setState>[1]);
