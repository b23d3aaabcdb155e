// The judge's process as the runner sees it: started when it is needed, ended when a test takes too long.

import type { ChildProcess } from "node:child_process";
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { JudgeMessage, Measured, Trial } from "./judge.js";

export interface Verdict {
  readonly kind: "killed" | "timeout" | "survived";
  /** The test that saw the fault, and what it said. */
  readonly text: string;
}

const REGISTER = fileURLToPath(new URL("../../dist/adapters/strategy/register.js", import.meta.url));
const JUDGE = fileURLToPath(new URL("./judge.ts", import.meta.url));
/** Files are read and books compiled before anything is judged. */
const START_MS = 600_000;
const SLOWER = 20;
const PATIENCE_MS = 3_000;

export class JudgeProcess {
  private child: ChildProcess | null = null;
  private checks: readonly Measured[] = [];
  /** How often each check saw a fault: those that see many are asked first. */
  private readonly kills = new Map<number, number>();
  private readonly files: readonly string[];
  private readonly booksPath: string;

  private readonly runs: string;

  /** @param runs Cases that each generated test takes, in text; `0` for each its own number. */
  constructor(files: readonly string[], booksPath: string, runs: string) {
    this.runs = runs;
    this.files = files;
    this.booksPath = booksPath;
  }

  /** Runs every test once without a fault, and keeps those that can judge. */
  async measure(): Promise<void> {
    const answer = await this.ask("measure");
    if (answer?.kind !== "measured") throw new Error("the tests could not be run without a fault");
    const used = answer.checks.filter(({ usesModule }) => usesModule);
    for (const { name, failure } of used) if (failure !== null) console.log(`left out: ${name}: ${failure}`);
    this.checks = used.filter(({ failure }) => failure === null);
    const seconds = this.checks.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / 1000;
    console.log(`${this.checks.length} tests judge, ${seconds.toFixed(1)} s for what survives`);
  }

  async verdictOf(dataPlane: Uint8Array, books: Uint8Array | null): Promise<Verdict> {
    const cost = ({ check, milliseconds }: Measured): number => (milliseconds + 1) / (1 + (this.kills.get(check) ?? 0));
    const order = [...this.checks].sort((a, b) => cost(a) - cost(b) || a.check - b.check);
    const answer = await this.ask({ dataPlane, books, checks: order.map(({ check }) => check) });
    if (answer?.kind !== "verdict") return { kind: "timeout", text: "" };
    if (answer.killedBy === null) return { kind: "survived", text: "" };
    this.kills.set(answer.killedBy, (this.kills.get(answer.killedBy) ?? 0) + 1);
    const name = this.checks.find(({ check }) => check === answer.killedBy)?.name ?? "";
    return { kind: "killed", text: `by "${name}": ${answer.message}` };
  }

  end(): void {
    this.child?.kill("SIGKILL");
    this.child = null;
  }

  private limitOf(check: number): number {
    return PATIENCE_MS + SLOWER * (this.checks.find((each) => each.check === check)?.milliseconds ?? 0);
  }

  /** The judge's answer, or null when it took too long or ended. */
  private ask(question: Trial | "measure"): Promise<JudgeMessage | null> {
    const child = (this.child ??= this.start());
    return new Promise((resolve) => {
      const settle = (answer: JudgeMessage | null): void => {
        clearTimeout(timer);
        child.removeAllListeners();
        if (answer === null) this.end();
        resolve(answer);
      };
      const expire = (): void => settle(null);
      let timer = setTimeout(expire, START_MS);
      child.on("exit", expire);
      child.on("message", (message: JudgeMessage) => {
        if (message.kind !== "at") return settle(message);
        clearTimeout(timer);
        timer = setTimeout(expire, this.limitOf(message.check));
      });
      child.send(question);
    });
  }

  private start(): ChildProcess {
    return fork(JUDGE, [this.runs, ...this.files], {
      execArgv: ["--import", REGISTER],
      serialization: "advanced",
      env: { ...process.env, GOLDENTAPE_BOOKS: this.booksPath },
    });
  }
}
