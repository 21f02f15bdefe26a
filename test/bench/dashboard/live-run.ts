/**
 * A run that the bench itself tells, as fast or as slowly as it likes.
 */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gridPng } from '../../../src/data/png.ts';
import { Random } from '../../../src/random.ts';
import type { RunEventContent } from '../../../src/runs/contract.ts';
import { thisProcess } from '../../../src/runs/directory/process-identity.ts';
import { at, lineOf, startedEvent, stepEvent, writeRun } from '../../recorded-run.ts';

/** Pictures that `samples` events take turns with. */
const PICTURES = 20;
const SAMPLES_EVERY = 100;
const LAYERS_EVERY = 200;

export class LiveRun {
  private iteration = 0;

  private readonly random = Random.fromSeed(1);

  private constructor(
    readonly path: string,
    private readonly of: 'digits' | 'points',
  ) {}

  /** A run in the directory `path` that lives as long as this process. */
  static async open(path: string, of: 'digits' | 'points' = 'digits'): Promise<LiveRun> {
    const status = { state: 'running', iterations: 100_000, steps: 100_000, iteration: 0, step: 0 } as const;
    const teacher = { name: of, fingerprint: '', sampleShape: of === 'digits' ? [28, 28, 1] : [2], classes: 0 };
    writeRun(path, [lineOf(at(0, { ...startedEvent(), teacher } as RunEventContent))], {
      ...status,
      ...(await thisProcess()),
    });
    mkdirSync(join(path, 'images'));
    const random = Random.fromSeed(0);
    const shape = [64, 28, 28, 1] as const;
    for (let i = 0; i < PICTURES; i++) {
      const values = Float32Array.from({ length: 64 * 28 * 28 }, () => 2 * random.uniform() - 1);
      writeFileSync(join(path, pictureOf(i)), gridPng({ values, shape }, { columns: 8, gap: 0 }));
    }
    return new LiveRun(path, of);
  }

  /** Tells the next `count` steps, with what comes between them; when they were told, in milliseconds since 1970. */
  tell(count: number): number {
    let text = '';
    for (let i = 0; i < count; i++) {
      const iteration = ++this.iteration;
      const tell = (content: RunEventContent) => (text += lineOf(at(iteration / 20, content)));
      tell(stepEvent(iteration, { lossDm: 1 + Math.sin(iteration / 7), seconds: 0.05 }));
      if (iteration % SAMPLES_EVERY === 0) {
        const image = pictureOf((iteration / SAMPLES_EVERY) % PICTURES);
        const points = this.of === 'points' ? this.points() : undefined;
        tell({ type: 'samples', of: 'oneStep', iteration, image, count: 64, columns: 8, scale: 1, points });
      }
      if (iteration % LAYERS_EVERY === 0) tell({ type: 'layers', iteration, matching: [1, 2], fake: [3, 4] });
    }
    appendFileSync(join(this.path, 'events.jsonl'), text);
    return Date.now();
  }

  private points(): [number, number][] {
    return Array.from({ length: 500 }, () => [...this.random.normal(2)] as [number, number]);
  }
}

const pictureOf = (index: number): string => `images/${index}.png`;
