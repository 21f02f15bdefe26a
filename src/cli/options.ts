/**
 * Options that commands share, and how a command runs: its words, its errors, its exit code.
 */
import { InvalidArgumentError, type Command } from 'commander';
import type { EngineOptions } from '../engine/start.ts';
import { INTERRUPTED, interruption } from './interrupt.ts';
import { Output, type OutputOptions } from './output.ts';

/** `--json` and `--quiet`: every command has them. */
export function withOutput(command: Command): Command {
  return command
    .option('--json', 'end stdout with one line of JSON; logs stay on stderr')
    .option('--quiet', 'no logs and no progress, only warnings and errors');
}

export type EngineFlags = Pick<EngineOptions, 'engine' | 'device' | 'threads'>;

/** `--engine`, `--device` and `--threads`. */
export function withEngine(command: Command): Command {
  return command
    .option('--engine <name>', 'what runs the tensors: auto, onnx, tensorflow or cpu (default: auto)')
    .option('--device <name>', 'where the onnx engine runs: auto, cpu, webgpu, cuda or dml (default: auto)')
    .option('--threads <n>', 'CPU threads (default: all cores)', wholeNumber(1));
}

/** Parses a whole number of at least `least`. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least}.`);
  };
}

/** Parses a number above 0. */
export function positiveNumber(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('It must be a number above 0.');
}

/** Collects an option that may come several times. */
export const collected = (value: string, before: string[] = []): string[] => [...before, value];

/**
 * The action of a command: what it does, with words, errors and interruptions taken care of; `interrupted` is said at Ctrl-C
 * when that does not stop a training.
 */
export function action<Options extends OutputOptions, Args extends (string | string[])[] = []>(
  work: (context: { options: Options; output: Output; signal: AbortSignal }, ...args: Args) => Promise<void>,
  interrupted?: string,
) {
  return async (...given: unknown[]): Promise<void> => {
    const command = given.at(-1) as Command;
    const options = command.opts<Options>();
    const output = new Output(options);
    const signal = interruption(output, interrupted);
    try {
      await work({ options, output, signal }, ...(command.processedArgs as Args));
      if (signal.aborted) process.exitCode = INTERRUPTED;
    } catch (error) {
      // work that cannot end half-way throws the signal's reason
      process.exitCode = signal.aborted && error === signal.reason ? INTERRUPTED : output.error(error);
    } finally {
      output.endProgress();
    }
  };
}
