/**
 * Where the time of the DMD step goes: ONNX Runtime's own profile of it, added up by kind of operation.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failure } from '../../src/errors.ts';

/** What is read of one event of ONNX Runtime's profile. Times are in microseconds. */
export interface ProfileEvent {
  readonly cat: string;
  readonly name: string;
  readonly ts: number;
  readonly dur: number;
  readonly args?: {
    readonly op_name?: string;
    readonly input_type_shape?: readonly Readonly<Record<string, readonly number[]>>[];
  };
}

export interface Profile {
  /** Milliseconds a step between the beginning and the end of a run, of all programs. */
  readonly total: number;
  /** Milliseconds and calls a step, most time first. */
  readonly kinds: readonly { readonly kind: string; readonly ms: number; readonly calls: number }[];
}

/** Runs `steps` DMD steps in a process of its own, since a profile is written when a process ends. */
export function profileDistillation(threads: number, steps: number): Profile {
  const folder = mkdtempSync(join(tmpdir(), 'dmd-lab-profile-'));
  try {
    const child = spawnSync(
      process.execPath,
      [process.argv[1]!, '--profiled-steps', String(steps), '--threads', String(threads)],
      { env: { ...process.env, DMD_LAB_PROFILE: join(folder, 'program') }, encoding: 'utf8' },
    );
    if (child.status !== 0) throw failure(`The profiled steps failed: ${child.stderr.trim()}`);
    const runs = readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')));
    return aggregate(runs as ProfileEvent[][], steps);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Adds up the programs that ran at each of `steps` steps; the first step, which allocates, is left out. */
export function aggregate(programs: readonly (readonly ProfileEvent[])[], steps: number): Profile {
  const kinds = new Map<string, { ms: number; calls: number }>();
  let total = 0;
  for (const events of programs) {
    const runs = events.filter(({ name }) => name === 'model_run');
    if (runs.length !== steps) continue;
    const counted = runs.toSorted((a, b) => a.ts - b.ts).slice(1);
    const begin = counted[0]!.ts;
    total += counted.reduce((sum, { dur }) => sum + dur, 0);
    for (const event of events) {
      if (event.cat !== 'Node' || !event.name.endsWith('_kernel_time') || event.ts < begin) continue;
      const kind = kindOf(event);
      const { ms, calls } = kinds.get(kind) ?? { ms: 0, calls: 0 };
      kinds.set(kind, { ms: ms + event.dur, calls: calls + 1 });
    }
  }
  const each = 1 / (steps - 1);
  const sums = [...kinds].map(([kind, { ms, calls }]) => ({ kind, ms: (ms * each) / 1000, calls: calls * each }));
  return { total: (total * each) / 1000, kinds: sums.toSorted((a, b) => b.ms - a.ms) };
}

/** Convolutions are told apart by their filters: [out, in, height, width], for a filter gradient the image that arrived. */
function kindOf({ args }: ProfileEvent): string {
  const op = args?.op_name ?? 'unknown';
  if (op !== 'Conv') return op;
  const filter = Object.values(args?.input_type_shape?.[1] ?? {})[0];
  const [, inputs = 0, height = 0, width = 0] = filter ?? [];
  // the network's first convolution has one input as well, but is 3×3
  if (inputs === 1 && height !== 3) return 'Conv, depthwise: in GroupNorm and resampling';
  if (height > 3) return 'Conv: filter gradient';
  return `Conv ${height}×${width}: forward and data gradient`;
}
