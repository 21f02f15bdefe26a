/**
 * What a kernel and its client tell each other over `fork`: requests and replies with a number, outputs with the number of
 * the request whose code made them. The client says `interrupt` on the kernel's standard input, where it is heard while a
 * cell keeps the kernel busy; an input that ends tells the kernel that its client is gone.
 */

/**
 * One thing in the forms that it can be shown in, by MIME type: text for `text/*` and `image/svg+xml`, base64 for other
 * images, plain objects for JSON.
 */
export type MimeData = Readonly<Record<string, unknown>>;

/** What a cell brings forth, after Jupyter's messages. */
export type Output =
  | { readonly type: 'stream'; readonly name: 'stdout' | 'stderr'; readonly text: string }
  | { readonly type: 'display'; readonly data: MimeData; readonly metadata: MimeData; readonly displayId?: string }
  | {
      readonly type: 'update-display';
      readonly data: MimeData;
      readonly metadata: MimeData;
      readonly displayId: string;
    }
  | { readonly type: 'result'; readonly data: MimeData; readonly metadata: MimeData; readonly executionCount: number }
  | ({ readonly type: 'error' } & CellError)
  | { readonly type: 'clear'; readonly wait: boolean };

/** Why a cell ended early. `traceback` is the whole text, a line each, with places in cells as `cell 3:2:7`. */
export interface CellError {
  readonly name: string;
  readonly message: string;
  readonly traceback: readonly string[];
}

/** How a cell ended: `aborted` did not begin, or its kernel ended before it did. */
export interface Executed {
  readonly status: 'ok' | 'error' | 'aborted';
  /** The number of the cell, from 1; 0: it never had one. */
  readonly executionCount: number;
}

/** What could stand at the cursor, in place of `code.slice(start, end)`. */
export interface Completions {
  readonly start: number;
  readonly end: number;
  readonly matches: readonly CompletionMatch[];
}

export interface CompletionMatch {
  readonly name: string;
  /** TypeScript's word for it: `method`, `property`, `const`, `class`, `module`, … */
  readonly kind: string;
}

/** What stands at the cursor. */
export interface Inspection {
  /** Where it begins and ends in the code. */
  readonly start: number;
  readonly end: number;
  /** TypeScript. */
  readonly signature: string;
  /** Markdown; empty: it is not documented. */
  readonly documentation: string;
}

/** What is asked, and what the answer is. */
export interface Requests {
  execute: { ask: { code: string }; answer: Executed };
  complete: { ask: { code: string; cursor: number }; answer: Completions };
  inspect: { ask: { code: string; cursor: number }; answer: Inspection | undefined };
  shutdown: { ask: Record<string, never>; answer: Record<string, never> };
}

export type Request = {
  [T in keyof Requests]: { readonly id: number; readonly type: T; readonly ask: Requests[T]['ask'] };
}[keyof Requests];

export type FromKernel =
  | { readonly type: 'ready' }
  | { readonly type: 'output'; readonly id: number; readonly output: Output }
  | { readonly type: 'answer'; readonly id: number; readonly answer?: Requests[keyof Requests]['answer'] }
  | { readonly type: 'refused'; readonly id: number; readonly reason: string };

/** The line on the kernel's standard input that interrupts the cell at work. */
export const INTERRUPT = 'interrupt\n';
