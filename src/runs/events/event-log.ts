/**
 * `events.jsonl`: one event a line, only ever appended to. Writing never blocks or ends a training.
 */
import { appendFile, open } from 'node:fs/promises';
import { CONTRACT_VERSION, type RunEvent, type RunEventContent } from '../contract.ts';
import { reasonOf } from '../files/replace-file.ts';

/** Characters that may wait for a slow disk; what comes on top is lost, with a warning. */
const LONGEST_QUEUE = 2 ** 22;

export class EventLog {
  private waiting = '';
  private writing: Promise<void> | undefined;
  private warned = false;
  /** Whether the file ends within a line; not known before the first write. */
  private torn: boolean | undefined;

  /** `onWarning` is told once, the first time that events are lost. */
  constructor(
    private readonly path: string,
    private readonly onWarning: (message: string) => void,
    private readonly append: (path: string, text: string) => Promise<void> = appendFile,
  ) {}

  /** The event as it will stand in the file. */
  write(content: RunEventContent): RunEvent {
    const event: RunEvent = { v: CONTRACT_VERSION, time: new Date().toISOString(), ...content };
    if (this.waiting.length > LONGEST_QUEUE) this.warn('the disk is too slow for them');
    else this.waiting += JSON.stringify(event) + '\n';
    this.writing ??= this.drain();
    return event;
  }

  /** Resolves when all events so far are in the file, or lost. */
  async flush(): Promise<void> {
    await this.writing;
  }

  private async drain(): Promise<void> {
    while (this.waiting !== '') {
      // a write that failed half-way, or a process that was killed, must not spoil the next line as well
      this.torn ??= await endsWithinLine(this.path).catch(() => false);
      const text = (this.torn ? '\n' : '') + this.waiting;
      this.waiting = '';
      try {
        await this.append(this.path, text);
        this.torn = false;
      } catch (error) {
        this.torn = true;
        this.warn(reasonOf(error));
      }
    }
    this.writing = undefined;
  }

  private warn(reason: string): void {
    if (this.warned) return;
    this.warned = true;
    this.onWarning(`Events are lost, \`${this.path}\` could not be written: ${reason}. The training goes on.`);
  }
}

/** Whether the last byte of the file `path` is not the end of a line. */
async function endsWithinLine(path: string): Promise<boolean> {
  const file = await open(path, 'r').catch(() => undefined);
  if (!file) return false;
  try {
    const { size } = await file.stat();
    if (size === 0) return false;
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
    return buffer[0] !== 10;
  } finally {
    await file.close();
  }
}
