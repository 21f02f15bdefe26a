/**
 * One line of `events.jsonl`: an event of ours, one of a later version, or neither.
 */
import { CONTRACT_VERSION, type RunEvent } from './contract.ts';

/** What an event must hold for those who read it; the writer sees to the rest. */
const required: Record<RunEvent['type'], Readonly<Record<string, 'number' | 'string' | 'object'>>> = {
  started: { iteration: 'number', config: 'object', teacher: 'object', iterations: 'number', layers: 'object' },
  step: { iteration: 'number', phase: 'string', step: 'number', seconds: 'number' },
  samples: { iteration: 'number', of: 'string', count: 'number' },
  probe: { iteration: 'number', tensors: 'string', t: 'object', sigma: 'object', differenceRms: 'object' },
  layers: { iteration: 'number' },
  checkpoint: { iteration: 'number', path: 'string' },
  evaluation: { iteration: 'number', of: 'string' },
  warning: { message: 'string' },
  state: { state: 'string' },
  failed: { message: 'string' },
  finished: { summary: 'object' },
};

/** That a line was written by a later major version. */
export interface Newer {
  readonly v: number;
}

/**
 * The event in `line`. Undefined when it is torn or not ours, or of a type that only a later minor version knows.
 */
export function parseEvent(line: string): { event: RunEvent } | { newer: Newer } | undefined {
  const value = valueOf(line);
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = value as Record<string, unknown>;
  const { v, time, type } = fields;
  if (typeof v !== 'number' || v < 1 || typeof time !== 'string' || typeof type !== 'string') return undefined;
  if (v >= CONTRACT_VERSION + 1) return { newer: { v } };
  if (!Object.hasOwn(required, type)) return undefined;
  const kinds = Object.entries(required[type as RunEvent['type']]);
  const isWhole = kinds.every(([key, kind]) => typeof fields[key] === kind && fields[key] !== null);
  return isWhole ? { event: value as RunEvent } : undefined;
}

function valueOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
