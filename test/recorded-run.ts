/**
 * Run directories as a run leaves them, made up, for tests of those who read and show them.
 */
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Config } from '../src/distillation/config.ts';
import type { RunEvent, RunEventContent } from '../src/runs/contract.ts';
import type { Status } from '../src/runs/directory/status.ts';

const BEGIN = Date.parse('2026-01-05T10:00:00.000Z');

export const startedEvent = (iteration = 0, batchSize = 32): RunEventContent => ({
  type: 'started',
  iteration,
  config: Config.parse({ teacher: 'ring', batchSize }),
  teacher: { name: 'ring', fingerprint: 'sha256-0', sampleShape: [2], classes: 0 },
  iterations: 1000,
  layers: { generator: ['in', 'out'], fake: ['in', 'out'] },
  engine: 'cpu',
  device: 'CPU',
  threads: 1,
  runtime: 'none',
  reason: 'asked for',
});

export const stepEvent = (iteration: number, more: object = {}): RunEventContent => ({
  type: 'step',
  iteration,
  phase: 'matching',
  step: iteration,
  seconds: 0.5,
  lossDm: 1 / iteration,
  lossReg: 0.25,
  lossFake: 0.5 + 1 / iteration,
  gradientNorm: 2.5,
  dmGradientNorm: 3.25,
  brightnessMean: -0.75,
  brightnessStd: 0.625,
  fakeGradientNorm: 1.125,
  ...more,
});

/** The event `seconds` after the run's first. */
export const at = (seconds: number, content: RunEventContent): RunEvent => ({
  v: 1,
  time: new Date(BEGIN + 1000 * seconds).toISOString(),
  ...content,
});

export const lineOf = (event: RunEvent): string => JSON.stringify(event) + '\n';

/** A run in the directory `path` with these lines of events, finished unless `status` says otherwise; its path. */
export function writeRun(path: string, events: Iterable<string>, status: Partial<Status> = {}): string {
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'config.json'), JSON.stringify(Config.parse({ teacher: 'ring' })));
  writeStatus(path, status);
  const file = openSync(join(path, 'events.jsonl'), 'w');
  for (const text of events) writeSync(file, text);
  closeSync(file);
  return path;
}

export function writeStatus(path: string, status: Partial<Status>): void {
  const whole: Status = {
    v: 1,
    state: 'finished',
    step: 1000,
    steps: 1000,
    iteration: 1000,
    iterations: 1000,
    host: hostname(),
    pid: 999_999_999,
    heartbeat: new Date(BEGIN).toISOString(),
    ...status,
  };
  writeFileSync(join(path, 'status.json'), JSON.stringify(whole));
}

/** Lines of a run of `count` steps, many to a piece. */
export function* longRun(count: number): Generator<string> {
  yield lineOf(at(0, startedEvent()));
  let text = '';
  for (let i = 1; i <= count; i++) {
    text += lineOf(at(i / 2, stepEvent(i)));
    if (i % 1000 === 0 || i === count) {
      yield text + lineOf(at(i / 2, { type: 'layers', iteration: i, matching: [1, 2], fake: [3, 4] }));
      text = '';
    }
  }
}
