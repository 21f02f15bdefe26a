/**
 * What a notebook's kernel offers to the library in its cells, and the library to the kernel. A plain script has no kernel.
 */

/** One thing in the several forms that it can be shown in, by media type; the host shows the richest that it knows. */
export interface MimeBundle {
  /** Text as it is, pictures in base64, `…+json` as values. */
  readonly data: Readonly<Record<string, unknown>>;
  /** By media type. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** Where and whether a bundle takes the place of what was shown before under the same `id`. */
export interface DisplayOptions {
  readonly id?: string;
  readonly update?: boolean;
}

export interface KernelHost {
  /** Shows `bundle` among the outputs of the cell. */
  display(bundle: MimeBundle, options?: DisplayOptions): void;
  /** `listener` is told of every interrupt, until what this returns is called. */
  onInterrupt(listener: () => void): () => void;
  /** `listener` is waited for, for a few seconds, before the kernel ends. */
  onShutdown(listener: () => Promise<void>): void;
  /** How the last value of a cell is shown; undefined: as text. Set by the library. */
  format?: (value: unknown) => Promise<MimeBundle | undefined>;
}

const key = Symbol.for('dmd-lab.kernel');

/** The kernel that runs this code; undefined in a plain script. */
export const kernelHost = (): KernelHost | undefined => (globalThis as { [key]?: KernelHost })[key];
