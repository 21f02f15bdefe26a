/**
 * `npm run bench -- observation`: what it costs a run to show itself, event by event, against a Distiller that nobody sees; in
 * processor time on one thread, which other work on the machine lengthens least.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Config } from '../../src/distillation/config.ts';
import { Distiller } from '../../src/distillation/distiller.ts';
import { presetConfig } from '../../src/distillation/presets.ts';
import { tellLayers } from '../../src/runs/observation/layers.ts';
import { tellProbe } from '../../src/runs/observation/probe.ts';
import { tellSamples, tellTeacherSamples } from '../../src/runs/observation/samples.ts';
import { DistillationRun } from '../../src/runs/training/distillation-run.ts';
import type { Job } from '../../src/runs/training/job.ts';
import { columns, versionsText } from './report.ts';
import { quantile } from './statistics.ts';
import { load, versions } from './versions.ts';

/** What events may take of a run's time, in percent. */
const LIMIT = 5;

const [WARM_UP, REPEATS] = [3, 7];

interface EventCost {
  readonly event: string;
  /** Steps between two; 0: once in a run. */
  readonly every: number;
  /** Milliseconds of the processor, of the first, which compiles, and of later ones. */
  readonly first: number;
  readonly later: number;
}

interface TeacherCost {
  readonly teacher: string;
  /** Milliseconds of the processor, of a step of Algorithm 1 by a Distiller alone. */
  readonly step: number;
  /** Steps of the preset `quick`. */
  readonly steps: number;
  readonly events: readonly EventCost[];
  /** In percent of a step: what every step pays on average, and with what is paid once in the preset. */
  readonly perStep: number;
  readonly whole: number;
}

export async function benchObservation({ json }: { json?: boolean }): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'dmd-bench-'));
  const loads = [load()];
  const say = (text: string) => process.stderr.write(`${text}\n`);
  say(versionsText(versions(), undefined));
  try {
    const costs: TeacherCost[] = [];
    for (const { teacher, rounds } of [
      { teacher: 'two-modes', rounds: 300 },
      { teacher: 'mnist', rounds: 20 },
    ]) {
      costs.push(await costOf(teacher, rounds, join(folder, teacher)));
      say(`\n${costText(costs.at(-1)!)}`);
    }
    loads.push(load());
    say(`\nload of the machine before and after: ${loads.join(', ')}`);
    if (json) console.log(JSON.stringify({ ours: versions(), load: loads, costs }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function costOf(teacher: string, rounds: number, out: string): Promise<TeacherCost> {
  const preset = Config.parse(presetConfig(teacher));
  const { samplesEvery, probeEvery, layersEvery, warmup } = preset;
  // Algorithm 1 from the first step, and no event but its own
  const config = {
    ...preset,
    threads: 1,
    warmup: Config.parse({}).warmup,
    baseline: 'none' as const,
    samplesEvery: 0,
    probeEvery: 0,
    layersEvery: 0,
  };
  const run = await DistillationRun.create({ config, out });
  const { step, telling } = await stepsInTurn(run, rounds);
  const costs = async (event: string, every: number, tell: (job: Job) => Promise<void>): Promise<EventCost> => {
    const look = () => processorMs(() => run.look(tell));
    const first = await look();
    const times: number[] = [];
    while (every > 0 && times.length < REPEATS) times.push(await look());
    return { event, every, first, later: times.length > 0 ? quantile(times, 0.5) : 0 };
  };
  const events = [
    { event: 'step, and the status', every: 1, first: telling, later: telling },
    await costs("the teacher's samples", 0, tellTeacherSamples),
    await costs('samples', samplesEvery, tellSamples),
    await costs('probe', probeEvery, tellProbe),
    await costs('layers', layersEvery, tellLayers),
  ];
  await run.close();
  const steps = preset.steps + warmup.regressionSteps + warmup.fakeSteps;
  const perStep = events.reduce((sum, { every, later }) => sum + (every > 0 ? later / every : 0), 0);
  const once = events.reduce((sum, { first, later }) => sum + first - later, 0);
  return {
    teacher,
    step,
    steps,
    events,
    perStep: (100 * perStep) / step,
    whole: (100 * (perStep + once / steps)) / step,
  };
}

/**
 * What a step takes by a Distiller alone, which lets others in after each as every host must, and how much more by the run:
 * medians over `rounds` in which both take one.
 */
async function stepsInTurn(run: DistillationRun, rounds: number): Promise<{ step: number; telling: number }> {
  const { config } = run;
  const bare = await run.look(({ teacher, pairs }) => Promise.resolve(Distiller.create({ config, teacher, pairs })));
  const [times, more]: [number[], number[]] = [[], []];
  const alone = () => processorMs(() => bare.step().then(() => setImmediate()));
  const told = () => processorMs(() => run.step());
  for (let round = 0; round < WARM_UP + rounds; round++) {
    const toldFirst = round % 2 === 0 ? await told() : undefined;
    const time = await alone();
    const toldTime = toldFirst ?? (await told());
    if (round < WARM_UP) continue;
    times.push(time);
    more.push(toldTime - time);
  }
  bare.dispose();
  return { step: quantile(times, 0.5), telling: quantile(more, 0.5) };
}

/** Of all threads of this process, those that write files included. */
async function processorMs(work: () => Promise<unknown>): Promise<number> {
  const begin = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / 1000;
}

function costText({ teacher, step, steps, events, perStep, whole }: TeacherCost): string {
  const rows = events.map(({ event, every, first, later }) => [
    event,
    every > 0 ? String(every) : 'once',
    first.toFixed(first < 1 ? 2 : 0),
    every > 0 ? later.toFixed(later < 1 ? 2 : 1) : '',
    every > 0 ? percent((100 * later) / every / step) : '',
  ]);
  return (
    `${teacher}: ${step.toFixed(1)} ms of the processor a step\n` +
    columns([['', 'every', 'first, ms', 'later, ms', 'of a step'], ...rows]) +
    `\ntogether ${percent(perStep)} of a step${verdict(perStep)}; with what is paid once, ${percent(whole)} of ` +
    `the ${steps} steps of the preset quick`
  );
}

const percent = (value: number): string => `${value.toFixed(1)} %`;
const verdict = (value: number): string => ` (under ${LIMIT} %${value < LIMIT ? '' : ': NOT KEPT'})`;
