/**
 * A run that no process works on: finished, stopped, failed or interrupted. It can be looked at and drawn from.
 */
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { startEngine } from '../engine/start.ts';
import { failure, usageError, type DmdError } from '../errors.ts';
import type { StoredTensor } from '../networks/safetensors.ts';
import type { InspectReply, RunState } from '../runs/contract.ts';
import { readStatus, type Status } from '../runs/directory/status.ts';
import { readHistory } from '../runs/events/event-reader.ts';
import { readJson } from '../runs/files/replace-file.ts';
import { drawnWhole } from '../runs/generator/draw.ts';
import { evaluateGenerator } from '../runs/generator/evaluate-generator.ts';
import { configOfGenerator, findGenerator } from '../runs/generator/find-generator.ts';
import { drawOfFile, loadGenerator } from '../runs/generator/generator-file.ts';
import type { InspectMessage } from '../runs/observation/inspect.ts';
import type { Figures, Summary } from '../runs/summary.ts';
import { inspectCheckpoint } from '../runs/training/inspect-checkpoint.ts';
import { NotebookRun } from './notebook-run.ts';

export class EndedRun extends NotebookRun {
  private constructor(
    path: string,
    private readonly status: Status,
  ) {
    super(path);
  }

  /** The run in the directory `path`. A usage error when there is none. */
  static async open(path: string): Promise<EndedRun> {
    const status = await readStatus(path);
    if (!status) throw usageError(`\`${path}\` is no run directory: it holds no status.json that can be read.`);
    const run = new EndedRun(path, status);
    for await (const event of readHistory(join(path, 'events.jsonl'))) run.book.add(event);
    return run;
  }

  get state(): RunState {
    return this.status.state;
  }

  get iteration(): number {
    return this.status.iteration;
  }

  step = (): Promise<never> => this.refuse();
  stepGenerator = (): Promise<never> => this.refuse();
  stepFake = (): Promise<never> => this.refuse();
  pause = (): Promise<never> => this.refuse();
  resume = (): Promise<never> => this.refuse();
  checkpoint = (): Promise<never> => this.refuse();

  /** The results of a run that has finished. */
  async run(): Promise<Summary> {
    return (await readSummary(this.path)) ?? this.refuse();
  }

  async evaluate(): Promise<Figures> {
    await startEngine();
    return (await evaluateGenerator({ path: this.path })).figures;
  }

  sample(count = 64): Promise<StoredTensor> {
    return sampleOfFile(this.path, count);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  protected look(message: InspectMessage): Promise<InspectReply> {
    return inspectCheckpoint(this.path, message);
  }

  private refuse(): Promise<never> {
    return Promise.reject<never>(noStep(this));
  }
}

const noStep = ({ path, state, name }: EndedRun): DmdError =>
  state === 'finished'
    ? usageError(
        `The run \`${path}\` is \`finished\`. \`forkRun('${name}', …)\` begins another from its last checkpoint.`,
      )
    : usageError(
        `No process works on the run \`${path}\` (\`${state}\`). \`resumeRun('${name}')\` goes on with it here.`,
      );

/** `summary.json`; undefined while a run has none. */
export const readSummary = async (path: string): Promise<Summary | undefined> =>
  (await readJson(join(path, 'summary.json'))) as Summary | undefined;

/** One-step samples [count, …] of the last generator that the run in `path` has written, from the run's fixed noise. */
export async function sampleOfFile(path: string, count: number): Promise<StoredTensor> {
  const file = await findGenerator(path);
  const config = await configOfGenerator(file);
  if (!config) throw failure(`The run \`${path}\` has no config.json that can be read.`);
  await startEngine(config);
  const loaded = await loadGenerator(file);
  const { sampleShape, classes } = loaded.generator;
  const labels = config.labels ?? Array.from({ length: classes }, (_, label) => label);
  const noise = { purpose: 'pictures', seed: config.seed, count, sampleShape, labels };
  const values = await drawnWhole(drawOfFile(loaded), noise);
  tf.dispose(loaded.params);
  return { shape: [count, ...sampleShape], values };
}
