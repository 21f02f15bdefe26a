import { describe, expect, it } from 'vitest';
import { duration } from './figures.ts';
import { Progress } from './progress.ts';

function stream(isTTY: boolean) {
  const written: string[] = [];
  const fake = {
    isTTY,
    columns: 120,
    write: (text: string) => (written.push(text), true),
    on: () => fake,
    removeListener: () => fake,
  } as unknown as NodeJS.WriteStream;
  return { fake, written };
}

describe('progress', () => {
  it('writes a line soon, then now and then, with time left, loss and images a second', () => {
    let now = 0;
    const { fake, written } = stream(false);
    const progress = new Progress('training', 1000, { stream: fake, now: () => now });
    for (let done = 0; done <= 1000; done++, now += 100)
      progress.update(done, { loss: 0.123456, imagesPerSecond: 81.26 });
    expect(written).toHaveLength(8);
    expect(written[0]).toBe('training: 20/1000 (2 %)  1:38 left  loss 0.123  81.3 images/s\n');
    expect(written.at(-1)).toBe('training: 1000/1000 (100 %)  loss 0.123  81.3 images/s\n');
  });

  it('counts the time left from where it found things, not from 0', () => {
    let now = 0;
    const { fake, written } = stream(false);
    const progress = new Progress('pairs', 100, { stream: fake, now: () => now });
    progress.update(90);
    now = 10_000;
    progress.update(95);
    expect(written).toEqual(['pairs: 95/100 (95 %)  0:10 left\n']);
  });

  it('says nothing of what is over at once, and nothing at all when quiet', () => {
    let now = 0;
    const { fake, written } = stream(false);
    new Progress('short', 1, { stream: fake, now: () => now }).update(1);
    const quiet = new Progress('quiet', 2, { quiet: true, stream: fake, now: () => now });
    now = 60_000;
    quiet.update(1);
    expect(written).toEqual([]);
  });

  it('draws a bar on a terminal, and lines above it', () => {
    const { fake, written } = stream(true);
    const progress = new Progress('training', 10, { stream: fake });
    progress.update(5, { loss: 2 });
    progress.above('a line');
    progress.stop();
    const all = written.join('');
    expect(all).toContain('█████');
    expect(all).toContain('50 %  5/10');
    expect(all).toContain('loss 2.00');
    expect(all).toContain('a line\n');
  });
});

it.each([
  [0.4, '0:00'],
  [75, '1:15'],
  [3675, '1:01:15'],
])('writes %d s as %s', (seconds, text) => expect(duration(seconds)).toBe(text));
