/**
 * Where words go: logs and progress to stderr, results to stdout, with `--json` as one line that ends it.
 */
import { DmdError } from '../errors.ts';
import { Progress } from './progress.ts';

export interface OutputOptions {
  /** The result is one line of JSON. */
  json?: boolean;
  /** Warnings and errors alone. */
  quiet?: boolean;
}

export class Output {
  private progressing: Progress | undefined;

  constructor(private readonly options: OutputOptions = {}) {}

  /** What a person may want to know on the way. */
  log(text: string): void {
    if (!this.options.quiet) this.say(text);
  }

  warn(text: string): void {
    this.say(`warning: ${text}`);
  }

  /** How far `title` is, of `total`: the bar that is drawn, or the lines that are written, until another begins. */
  progress(title: string, total: number): Progress {
    this.endProgress();
    this.progressing = new Progress(title, total, { quiet: this.options.quiet });
    return this.progressing;
  }

  endProgress(): void {
    this.progressing?.stop();
    this.progressing = undefined;
  }

  /** What the command was asked for: `value` for machines, or else `text` for people. */
  result(value: object, text?: string): void {
    this.endProgress();
    if (this.options.json) process.stdout.write(JSON.stringify(value) + '\n');
    else if (text !== undefined) process.stdout.write(text + '\n');
  }

  /** One line of many to stdout; false when nobody reads them any more. */
  line(text: string): Promise<boolean> {
    return new Promise((resolve) => process.stdout.write(text + '\n', (error) => resolve(!error)));
  }

  /** Says what went wrong; the exit code that it calls for. */
  error(error: unknown): 1 | 2 {
    this.endProgress();
    const known = error instanceof DmdError;
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    this.say(known ? `error: ${message}` : `internal: ${message.replace(/^internal: /, '')}\n${stack}`);
    const exitCode = known ? error.exitCode : 1;
    if (this.options.json) this.result({ error: { kind: known ? error.kind : 'internal', message } });
    return exitCode;
  }

  private say(text: string): void {
    if (this.progressing) this.progressing.above(text);
    else process.stderr.write(text + '\n');
  }
}

/** A reader that went away (`| head`) is no reason to end a training. */
export function surviveClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}
