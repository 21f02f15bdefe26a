/**
 * `npm run bench`: our steps beside the same in PyTorch, on this machine and in one go. A table on stderr; with --json
 * one line on stdout.
 */
import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import { startEngine } from '../../src/engine/start.ts';
import { DmdError } from '../../src/errors.ts';
import { groups, type BenchCase, type Group } from './case.ts';
import { distillationStep } from './cases/distillation.ts';
import { sampling } from './cases/sampling.ts';
import { stack } from './cases/stacks.ts';
import { teacherStep } from './cases/teacher.ts';
import { measure } from './measure.ts';
import { Peer } from './peer.ts';
import { profileDistillation } from './profile.ts';
import { memoryText, profileText, rowText, table, versionsText, type Row } from './report.ts';
import { teacherNetwork } from './teacher-network.ts';
import { load, versions } from './versions.ts';

interface Options {
  python?: string;
  threads: number[];
  only: Group[];
  reps?: number;
  quick?: boolean;
  json?: boolean;
  profile?: boolean;
  profiledSteps?: number;
}

const positive = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('It must be a positive integer.');
  return value;
};
const groupNamed = (text: string): Group => {
  const group = groups.find((g) => g === text);
  if (!group) throw new InvalidArgumentError(`Known are ${groups.join(', ')}.`);
  return group;
};

const command = new Command('npm run bench --')
  .exitOverride(({ exitCode }) => process.exit(exitCode && 2))
  .description('Times training and sampling steps, beside PyTorch where there is one.')
  .option('--python <path>', 'a Python with PyTorch; default: $DMD_LAB_PYTHON, else python3')
  .option('--threads <list>', 'thread counts', (text) => text.split(',').map(positive))
  .option('--only <list>', groups.join(', '), (text) => text.split(',').map(groupNamed), [...groups])
  .option('--reps <n>', 'timed steps of each case; default: 15', positive)
  .option('--quick', '3 timed steps, on all cores alone')
  .option('--json', 'print one line of JSON on stdout')
  .option('--profile', 'instead: where the time of the DMD step goes, operator by operator')
  .addOption(new Option('--profiled-steps <n>').argParser(positive).hideHelp());

const say = (text: string): boolean => process.stderr.write(`${text}\n`);

async function bench({ quick, json, ...options }: Options): Promise<void> {
  const threads = options.threads ?? (quick ? [availableParallelism()] : [1, 2]);
  if (options.profiledSteps) return runDistillation(threads[0]!, options.profiledSteps);
  if (options.profile) {
    const profiles = threads.map((threads) => ({ threads, ...profileDistillation(threads, options.reps ?? 6) }));
    for (const profile of profiles) say(profileText(profile, profile.threads));
    if (json) console.log(JSON.stringify({ versions: versions(), profiles }));
    return;
  }

  const peer = await startPeer(options.python ?? process.env.DMD_LAB_PYTHON);
  say(versionsText(versions(), peer?.versions));
  const repetitions = { warmup: quick ? 2 : 4, timed: options.reps ?? (quick ? 3 : 15) };
  const loadBefore = load();
  const rows: Row[] = [];
  let peerMemory: number | undefined;
  try {
    for (const count of threads) {
      await startEngine({ engine: 'onnx', threads: count });
      for (const benchCase of await casesOf(options.only)) {
        const row = { case: benchCase.name, threads: count, ...(await measure(benchCase, peer, count, repetitions)) };
        rows.push(row);
        say(rowText(row).join('  '));
      }
    }
    peerMemory = await peer?.peakMemory();
  } finally {
    peer?.stop();
  }
  const loads = [loadBefore, load()];
  const memory = { ours: process.resourceUsage().maxRSS * 1024, torch: peerMemory };
  say(`\n${table(rows)}\n${memoryText(memory)}\nload of the machine before and after: ${loads.join(', ')}`);
  if (json) console.log(JSON.stringify({ ours: versions(), peer: peer?.versions, load: loads, memory, rows }));
}

/** The peer; none, with a word about it, when no Python was named and python3 has no PyTorch. */
async function startPeer(named: string | undefined): Promise<Peer | undefined> {
  try {
    return await Peer.start(named ?? 'python3');
  } catch (error) {
    if (named !== undefined || !(error instanceof DmdError)) throw error;
    say(`Without PyTorch beside it: ${error.message}`);
    return undefined;
  }
}

async function casesOf(only: readonly Group[]): Promise<BenchCase[]> {
  const network = await teacherNetwork();
  const make: Record<Group, () => Promise<BenchCase>[]> = {
    stacks: () => [Promise.resolve(stack(4, 64, 32)), Promise.resolve(stack(40, 32, 16))],
    dmd: () => [distillationStep(network)],
    teacher: () => [teacherStep(network)],
    sampling: () => [sampling(network, 64, 1), sampling(network, 1, 20)],
  };
  return Promise.all(groups.filter((g) => only.includes(g)).flatMap((g) => make[g]()));
}

/** What is profiled: the steps alone. */
async function runDistillation(threads: number, steps: number): Promise<void> {
  await startEngine({ engine: 'onnx', threads });
  const loaded = (await distillationStep(await teacherNetwork())).load();
  for (let i = 0; i < steps; i++) await loaded.step();
}

// beside a PyTorch that is on the CPU
process.env.DMD_LAB_DEVICE ??= 'cpu';

command.action(bench);
command
  .command('dashboard')
  .description('Instead: how soon and how smoothly the dashboard shows runs, in a Chromium.')
  .action(async () => (await import('./dashboard/main.ts')).benchDashboard(command.opts<Options>()));
command
  .command('extension')
  .description('Instead: how soon VS Code has the extension and a run, and what reloading its window costs.')
  .action(async () => (await import('./extension/main.ts')).benchExtension(command.opts<Options>()));
command
  .command('observation')
  .description('Instead: what it costs a run to show itself, of each step and of a whole run.')
  .action(async () => (await import('./observation.ts')).benchObservation(command.opts<Options>()));
command
  .command('memory')
  .description('Instead: live tensors and resident memory of a run from step 100 to step 2000.')
  .action(async () => (await import('./memory.ts')).benchMemory(command.opts<Options>()));
command
  .command('scaling')
  .description('Instead: what twice the images and twice the pixels cost.')
  .action(async () => (await import('./scaling.ts')).benchScaling(command.opts<Options>()));
command
  .command('compile')
  .description('Instead: what it costs to record, to make a session and to replay, beside the computing.')
  .action(async () => (await import('./compile.ts')).benchCompile(command.opts<Options>()));
command
  .command('kernel')
  .description("Instead: how soon the notebooks' kernel answers, and whether it loses messages or keeps memory.")
  .action(async () => (await import('./kernel.ts')).benchKernel(command.opts<Options>()));

try {
  await command.parseAsync();
} catch (error) {
  if (!(error instanceof DmdError)) throw error;
  say(error.message);
  process.exitCode = error.exitCode;
}
