/**
 * PyTorch as a process beside this one (test/bench/peer.py), asked step by step.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { failure } from '../../src/errors.ts';
import { packagePath } from '../../src/paths.ts';
import type { BenchCase, Step } from './case.ts';

const script = packagePath('test', 'bench', 'peer.py');

/**
 * In PyTorch's favour: with its usual thresholds glibc may give large blocks back to the system at every step, and fault
 * them in again. What the environment already sets stays.
 */
const raisedThresholds = {
  MALLOC_MMAP_THRESHOLD_: String(2 ** 25),
  MALLOC_TRIM_THRESHOLD_: String(2 ** 30),
  MALLOC_TOP_PAD_: String(2 ** 26),
};

export interface PeerVersions {
  readonly torch: string;
  readonly python: string;
  readonly libc: string;
  /** The variables that steer its memory allocator. */
  readonly allocator: Readonly<Record<string, string>>;
}

export class Peer {
  private readonly folder = mkdtempSync(join(tmpdir(), 'dmd-lab-bench-'));

  private constructor(
    private readonly process: ChildProcessWithoutNullStreams,
    private readonly lines: AsyncIterator<string>,
    private readonly said: () => string,
    readonly versions: PeerVersions,
  ) {}

  /** Starts `python`. A failure when it cannot be run or has no PyTorch. */
  static async start(python: string): Promise<Peer> {
    const child = spawn(python, [script], { env: { ...raisedThresholds, ...process.env } });
    let stderr = '';
    child.stderr.on('data', (data) => (stderr += String(data)));
    // a python that is not there ends its output as well, which is seen below
    child.on('error', (error) => (stderr += error.message));
    child.stdin.on('error', () => undefined);
    const lines: Interface = createInterface({ input: child.stdout });
    const iterator = lines[Symbol.asyncIterator]();
    const first = await iterator.next();
    if (first.done) {
      const why = stderr.trim().split('\n').at(-1) ?? '';
      throw failure(
        `\`${python}\` is no Python with PyTorch (${why}). Give one with \`--python PATH\`, or in DMD_LAB_PYTHON.`,
      );
    }
    return new Peer(child, iterator, () => stderr, JSON.parse(first.value) as PeerVersions);
  }

  /** Gives it a case, which takes the place of the last one. */
  async load({ peer: { kind, options, tensors } }: BenchCase, threads: number): Promise<void> {
    const file = join(this.folder, 'numbers');
    const manifest: Record<string, { dtype: string; shape: readonly number[]; offset: number }> = {};
    const chunks: Uint8Array[] = [];
    let offset = 0;
    for (const [name, { shape, values }] of Object.entries(tensors)) {
      manifest[name] = { dtype: values instanceof Int32Array ? 'int32' : 'float32', shape, offset };
      chunks.push(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
      offset += values.byteLength;
    }
    writeFileSync(file, Buffer.concat(chunks));
    await this.ask({ op: 'load', kind, threads, file, manifest, options });
  }

  async step(): Promise<Step> {
    return (await this.ask({ op: 'step' })) as Step;
  }

  /** The most bytes that were resident so far. */
  async peakMemory(): Promise<number> {
    return ((await this.ask({ op: 'memory' })) as { peak: number }).peak;
  }

  stop(): void {
    this.process.stdin.end();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async ask(request: object): Promise<object> {
    this.process.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await this.lines.next();
    const answer = done ? { error: this.said() } : (JSON.parse(value) as { error?: string });
    if (answer.error !== undefined) throw failure(`The peer in PyTorch stopped: ${answer.error.trim()}`);
    return answer;
  }
}
