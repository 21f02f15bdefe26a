import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Turns } from './turns.ts';

/** Takes `ticks` turns of the event loop, and writes down when it begins and ends. */
const piece =
  (log: string[], name: string, ticks = 2) =>
  async () => {
    log.push(`${name} begins`);
    for (let i = 0; i < ticks; i++) await setImmediate();
    log.push(`${name} ends`);
    return name;
  };

describe('Turns', () => {
  it('does one piece after another, and returns what each gives', async () => {
    const [turns, log] = [new Turns(), [] as string[]];
    const results = await Promise.all([turns.take(piece(log, 'a', 3)), turns.take(piece(log, 'b', 1))]);
    expect(results).toEqual(['a', 'b']);
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  });

  it('goes on after a piece that fails', async () => {
    const turns = new Turns();
    const failed = turns.take(() => Promise.reject(new Error('no')));
    const next = turns.take(() => Promise.resolve(1));
    await expect(failed).rejects.toThrow('no');
    expect(await next).toBe(1);
  });

  it('lets small pieces in where a long one breathes, and later ones in their turn', async () => {
    const [turns, log] = [new Turns(), [] as string[]];
    const long = turns.take(async () => {
      log.push('long begins');
      await setImmediate();
      await turns.breathe();
      log.push('long ends');
    });
    const small = turns.slipIn(piece(log, 'small', 0));
    await Promise.all([long, small]);
    await turns.slipIn(piece(log, 'late', 0));
    expect(log).toEqual(['long begins', 'small begins', 'small ends', 'long ends', 'late begins', 'late ends']);
  });

  it('tells the one who asked when a small piece fails, and nobody else', async () => {
    const turns = new Turns();
    const small = turns.slipIn(() => {
      throw new Error('no');
    });
    const next = turns.take(() => Promise.resolve(1));
    await expect(small).rejects.toThrow('no');
    expect(await next).toBe(1);
  });
});
