// Dedicated workers as every browser has them: the few types that are used here, since Node's own types declare none
// and those of the DOM would bring the page's whole surface into every file.
// Source: HTML Living Standard, 10 Web workers.

interface WorkerMessage {
  readonly data: unknown;
}

interface WorkerFault {
  readonly message: string;
}

declare class Worker {
  constructor(url: URL | string, options?: { readonly type?: "module" | "classic"; readonly name?: string });
  onmessage: ((event: WorkerMessage) => void) | null;
  onerror: ((event: WorkerFault) => void) | null;
  postMessage(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  terminate(): void;
}
