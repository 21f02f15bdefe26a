/**
 * One line of `events.jsonl`: an event of ours, one of a later version, or neither.
 */
import { CONTRACT_VERSION, type RunEvent } from '../contract.ts';

type Kind = 'number' | 'string' | 'object' | 'numbers' | 'points' | 'teacher';

/** What those who read an event rely on: keys, those that may be missing with a question mark. */
const shapes: Record<RunEvent['type'], Readonly<Record<string, Kind>>> = {
  started: { iteration: 'number', config: 'object', teacher: 'teacher', iterations: 'number', layers: 'object' },
  step: { iteration: 'number', phase: 'string', step: 'number', seconds: 'number' },
  samples: { iteration: 'number', of: 'string', count: 'number', 'points?': 'points' },
  nearest: {
    iteration: 'number',
    among: 'string',
    images: 'number',
    each: 'number',
    image: 'string',
    distances: 'numbers',
  },
  probe: {
    iteration: 'number',
    tensors: 'string',
    t: 'numbers',
    sigma: 'numbers',
    differenceRms: 'numbers',
    gradientRms: 'numbers',
  },
  layers: { iteration: 'number', 'matching?': 'numbers', 'regression?': 'numbers', 'fake?': 'numbers' },
  checkpoint: { iteration: 'number', path: 'string' },
  evaluation: { iteration: 'number', of: 'string', 'frechet?': 'number', 'kl?': 'number' },
  warning: { message: 'string' },
  state: { state: 'string' },
  failed: { message: 'string' },
  finished: { summary: 'object' },
};

export const eventTypes = Object.keys(shapes) as RunEvent['type'][];

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
  if (!Object.hasOwn(shapes, type)) return undefined;
  const isWhole = Object.entries(shapes[type as RunEvent['type']]).every(([key, kind]) =>
    key.endsWith('?')
      ? fields[key.slice(0, -1)] === undefined || isOf(kind, fields[key.slice(0, -1)])
      : isOf(kind, fields[key]),
  );
  return isWhole ? { event: value as RunEvent } : undefined;
}

function isOf(kind: Kind, value: unknown): boolean {
  switch (kind) {
    case 'numbers':
      return isNumbers(value);
    case 'points':
      return Array.isArray(value) && value.every(isPoint);
    case 'teacher': {
      const { mixture } = (value ?? {}) as { mixture?: unknown };
      return isOf('object', value) && (mixture === undefined || (Array.isArray(mixture) && mixture.every(isMode)));
    }
  }
  return typeof value === kind && value !== null;
}

const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'number');

const isPoint = (value: unknown): boolean => isNumbers(value) && value.length === 2;

function isMode(value: unknown): boolean {
  const { mean, std, weight } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return isPoint(mean) && typeof std === 'number' && typeof weight === 'number';
}

function valueOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
