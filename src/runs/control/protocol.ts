/**
 * What run and client say to each other: `hello` first, then `control` with a message of the contract, and `subscribe`, after
 * which each event is told as `event`. Errors cross as what they are.
 */
import { ConnectionError, ErrorCodes, ResponseError, type Logger } from 'vscode-jsonrpc/node';
import { z } from 'zod';
import { DmdError, failure, messageOf } from '../../errors.ts';
import type { RunPlace } from '../contract.ts';

/** What a client says first; `client` is what it is called. */
export const Hello = z.object({ token: z.string().max(200), v: z.number(), client: z.string().max(100) });
export type Hello = z.output<typeof Hello>;

/** What a run says to that. */
export interface Welcome extends RunPlace {
  readonly v: number;
  readonly pid: number;
}

/** The number before the point. */
export const majorOf = (version: number): number => Math.floor(version);

const Kind = z.object({ kind: z.enum(['usage', 'failure']) });

export function toWire(error: unknown): ResponseError<z.output<typeof Kind> | undefined> {
  if (error instanceof DmdError) return new ResponseError(error.exitCode, error.message, { kind: error.kind });
  return new ResponseError(ErrorCodes.InternalError, messageOf(error), undefined);
}

/** What a request was answered with, or why it could not be. */
export function fromWire(error: unknown): Error {
  if (error instanceof ResponseError) {
    const data = Kind.safeParse(error.data).data;
    if (data) return new DmdError(data.kind, error.message);
  }
  const codes: readonly number[] = [ErrorCodes.PendingResponseRejected, ErrorCodes.MessageWriteError];
  if (error instanceof ConnectionError || (error instanceof ResponseError && codes.includes(error.code)))
    return failure('The run closed the connection before it answered.', error);
  return new Error(`internal: the run could not answer: ${messageOf(error)}`);
}

/** Broken connections are told of where they matter, not on the console. */
export const silent: Logger = {
  error: () => undefined,
  warn: () => undefined,
  info: () => undefined,
  log: () => undefined,
};
