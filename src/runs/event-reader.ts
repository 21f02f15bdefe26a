/**
 * Reads `events.jsonl` line by line, without holding it.
 */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { CONTRACT_VERSION, type RunEvent } from './contract.ts';

/** The events in `path`, in order; lines that are torn or not ours are passed over. Nothing when there is no such file. */
export async function* readEvents(path: string): AsyncGenerator<RunEvent> {
  const input = createReadStream(path, 'utf8');
  const lines = createInterface({ input, crlfDelay: Infinity });
  try {
    for await (const line of lines) {
      const event = parse(line);
      if (event) yield event;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function parse(line: string): RunEvent | undefined {
  try {
    const event = JSON.parse(line) as RunEvent | null;
    return event?.v === CONTRACT_VERSION && typeof event.type === 'string' ? event : undefined;
  } catch {
    return undefined;
  }
}
