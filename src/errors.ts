/**
 * The errors a person can cause and mend. Each names what was wrong, the value that came (in backticks) and what to do.
 * Anything else that is thrown is a fault of ours; its message starts with `internal:`.
 */

/** `usage`: the request itself was wrong (exit code 2). `failure`: it was right but could not be done (exit code 1). */
export type ErrorKind = 'usage' | 'failure';

/** What a person can mend: the text names what was wrong, the value that came and what to do. */
export class DmdError extends Error {
  override readonly name = 'DmdError';

  constructor(
    readonly kind: ErrorKind,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** The exit code of a process that ends because of this error. */
  get exitCode(): 1 | 2 {
    return this.kind === 'usage' ? 2 : 1;
  }
}

/** A wrong request: an unknown key, a value out of range, a file of the wrong kind. Exit code 2. */
export const usageError = (message: string, cause?: unknown): DmdError => new DmdError('usage', message, { cause });

/** A right request that could not be carried out: a full disk, a diverged run, a corrupt download. Exit code 1. */
export const failure = (message: string, cause?: unknown): DmdError => new DmdError('failure', message, { cause });

/** What something thrown says. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
