import { expect, test } from 'vitest';
import { at, startedEvent } from '../../../test/recorded-run.ts';
import type { RunEventContent } from '../contract.ts';
import { parseEvent } from './event-line.ts';

const parsed = (content: object) => parseEvent(JSON.stringify(at(0, content as RunEventContent)));
const started = startedEvent() as Extract<RunEventContent, { type: 'started' }>;
const samples = { type: 'samples', of: 'oneStep', iteration: 1, count: 1, columns: 1, scale: 1 };
const mode = { mean: [0, 1], std: 0.1, weight: 1 };

test.each([
  ['no mixture', { ...started }],
  ['a mixture', { ...started, teacher: { ...started.teacher, mixture: [mode] } }],
  ['points', { ...samples, points: [[1, 2]] }],
  ['no points', samples],
])('an event with %s is ours', (_, content) => expect(parsed(content)).toMatchObject({ event: content }));

test.each([
  ['a mixture in words', { ...started, teacher: { ...started.teacher, mixture: 'two modes' } }],
  ['a mode in space', { ...started, teacher: { ...started.teacher, mixture: [{ ...mode, mean: [0, 1, 2] }] } }],
  ['a mode of no width', { ...started, teacher: { ...started.teacher, mixture: [{ ...mode, std: null }] } }],
  ['a teacher in words', { ...started, teacher: 'mnist' }],
  ['points in a row', { ...samples, points: [1, 2] }],
  ['distances in words', { type: 'nearest', iteration: 1, among: 'pairs', images: 9, each: 1, image: 'x', distances: ['far'] }], // prettier-ignore
])('an event with %s is passed over', (_, content) => expect(parsed(content)).toBeUndefined());
