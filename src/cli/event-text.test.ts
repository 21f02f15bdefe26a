import { describe, expect, it } from 'vitest';
import type { RunEvent, RunEventContent } from '../runs/contract.ts';
import { eventText } from './event-text.ts';

const line = (content: RunEventContent) =>
  eventText({ v: 1, time: '2026-11-05T14:03:22.000Z', ...content } as RunEvent);
/** What comes after the time of the clock, which is that of the place. */
const rest = (content: RunEventContent) => line(content).slice(10);

describe('an event as a line', () => {
  it.each<[RunEventContent, string]>([
    [
      { type: 'step', phase: 'matching', step: 20, iteration: 120, seconds: 0.0312, lossDm: 0.012345, lossFake: 0.5 },
      'step            120  matching 20  L_DM 0.0123  L_fake 0.5  31.2 ms',
    ],
    [
      { type: 'step', phase: 'matching', step: 20, iteration: 120, seconds: 0.01, lossFake: 0.5, by: 'stepFake' },
      'step            120  matching 20  L_fake 0.5  10 ms  by hand',
    ],
    [{ type: 'state', state: 'paused' }, 'state                paused'],
    [
      { type: 'checkpoint', iteration: 7, path: 'checkpoints/step-00000007' },
      'checkpoint        7  checkpoints/step-00000007',
    ],
    [
      { type: 'evaluation', iteration: 7, of: 'oneStep', frechet: 12.345 },
      'evaluation        7  oneStep  Fréchet 12.3',
    ],
    [{ type: 'layers', iteration: 7, matching: [3, 4], fake: [1] }, 'layers            7  |∇ matching| 5  |∇ fake| 1'],
    [
      { type: 'samples', iteration: 7, of: 'oneStep', image: 'images/a.png', count: 64, columns: 8, scale: 2 },
      'samples           7  64 of one step: images/a.png',
    ],
  ])('%j', (content, expected) => {
    expect(rest(content)).toBe(expected);
    expect(line(content)).toMatch(/^\d\d:\d\d:\d\d {2}/);
  });

  it('cannot steer the terminal', () => {
    expect(rest({ type: 'warning', message: 'full\n\u001b[2Jdisk' })).toBe('warning              full··[2Jdisk');
  });
});
