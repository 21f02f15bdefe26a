import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DmdError } from '../errors.ts';
import { checkHello, checkRequest, idOf } from './page-messages.ts';

describe('messages of a page', () => {
  it('pass as they are when they keep the protocol', () => {
    const generate = { type: 'generate', id: 3, run: '/r', seed: 7, count: 16, labels: [1, 2], teacherSteps: 18 };
    expect(checkRequest(generate)).toEqual(generate);
    const control = { type: 'control', id: 4, run: '/r', message: { type: 'setSlow', milliseconds: 50 } };
    expect(checkRequest(control)).toEqual(control);
    const notes = { tags: ['good'], notes: '<b>' };
    expect(checkRequest({ type: 'saveNotes', id: 5, run: '/r', notes })).toMatchObject({ notes });
    expect(checkHello({ type: 'hello', v: 1 })).toEqual({ type: 'hello', v: 1 });
  });

  it.each([
    [{ type: 'opne', id: 1, run: '/r' }, /`"opne"`.*nearest is `open`/],
    [{ type: 'constructor', id: 1 }, /`type` of a request/],
    [{ id: 1 }, /`type` of a request/],
    [{ type: 'open', id: 1 }, /`run` is `undefined`/],
    [{ type: 'open', id: -1, run: '/r' }, /`id` is `-1`/],
    [{ type: 'open', id: 1, run: '/r', fast: true }, /key `fast` is unknown/],
    [{ type: 'file', id: 1, run: '/r', path: 5 }, /`path` is `5`/],
    [{ type: 'generate', id: 1, run: '/r', seed: 0, count: 1e6 }, /`count` is `1000000`/],
    [{ type: 'control', id: 1, run: '/r', message: { type: 'paus' } }, /nearest is `pause`/],
    [{ type: 'control', id: 1, run: '/r', message: { type: 'setSlow', milliseconds: -1 } }, /`milliseconds` is `-1`/],
    [{ type: 'control', id: 1, run: '/r' }, /control message must be an object/],
    [{ type: 'start', id: 1, config: {}, mixture: { means: [[0]], std: 1 } }, /`mixture\.means\.0/],
  ])('%j is refused by name', (message, why) => {
    expect(() => checkRequest(message)).toThrow(why);
  });

  it('of any shape are taken or refused in words, never with a crash', () => {
    const types = ['runs', 'open', 'control', 'generate', 'start', 'saveNotes', 'save', '__proto__'];
    const message = fc.record(
      {
        type: fc.oneof(fc.constantFrom(...types), fc.anything()),
        id: fc.anything(),
        run: fc.anything(),
        message: fc.anything(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(message, fc.object()), (input) => {
        idOf(input);
        try {
          expect(typeof checkRequest(input).type).toBe('string');
        } catch (error) {
          expect(error).toBeInstanceOf(DmdError);
        }
      }),
      { numRuns: 300 },
    );
  });
});
