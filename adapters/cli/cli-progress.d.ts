// Types of cli-progress, as far as they are used; it ships none.

declare module "cli-progress" {
  export class SingleBar {
    constructor(options: {
      readonly format: string;
      readonly stream: NodeJS.WritableStream;
      readonly hideCursor: boolean;
      readonly clearOnComplete: boolean;
    });
    start(total: number, startValue: number): void;
    update(value: number): void;
    stop(): void;
  }
}
