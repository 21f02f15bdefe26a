/**
 * A run that counts instead of learning, with everything else real, for tests of those who control runs.
 */
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { Config } from '../src/distillation/config.ts';
import { usageError } from '../src/errors.ts';
import type { ControlHandler, ControlMessage, ControlReply, RunPlace } from '../src/runs/contract.ts';
import { readAddress, type Address } from '../src/runs/control/address.ts';
import { connectRun, type RunConnection } from '../src/runs/control/client.ts';
import { openControl, type Control } from '../src/runs/control/server.ts';
import { RunDirectory } from '../src/runs/directory/directory.ts';

export class CountingRun {
  private state: RunPlace['state'] = 'running';
  private iteration = 0;
  /** Messages that came, and those that were answered. */
  asked = 0;
  readonly heard: ControlMessage[] = [];
  /** Waits for this before it answers. */
  busy: Promise<unknown> = Promise.resolve();
  control!: Control;

  private constructor(readonly directory: RunDirectory) {}

  static async open(path: string): Promise<CountingRun> {
    const run = new CountingRun(await RunDirectory.create(Config.parse({ teacher: 'ring', steps: 3 }), path));
    await run.openControl();
    return run;
  }

  async openControl(): Promise<void> {
    this.control = await openControl({
      directory: this.directory.path,
      handle: this.handle,
      place: () => this.place(),
      onEvent: (listener) => this.directory.onEvent(listener),
    });
  }

  step(): void {
    const iteration = ++this.iteration;
    this.directory.event({ type: 'step', phase: 'matching', step: iteration, iteration, seconds: 0 });
  }

  async address(): Promise<Address> {
    return (await readAddress(this.directory.path))!;
  }

  private place(): RunPlace {
    return { state: this.state, iteration: this.iteration, step: this.iteration };
  }

  private readonly handle = (async (message: ControlMessage): Promise<ControlReply> => {
    this.asked++;
    await this.busy;
    this.heard.push(message);
    switch (message.type) {
      case 'pause':
        this.state = 'paused';
        break;
      case 'resume':
        this.state = 'running';
        break;
      case 'step':
        if (this.state !== 'paused') throw usageError('A run that is `running` takes no single step; pause it first.');
        this.step();
        break;
      case 'evaluate':
        throw new Error('something broke');
    }
    return this.place() as ControlReply;
  }) as ControlHandler;
}

/** A connection that says what it likes. */
export interface RawClient {
  readonly socket: Socket;
  /** All that was answered. */
  said(): string;
  readonly closed: Promise<unknown>;
}

export interface Controls {
  /** Where sockets and runs are; gone after the tests. */
  readonly folder: string;
  newPath(): string;
  newRun(path?: string): Promise<CountingRun>;
  connect(run: CountingRun): Promise<RunConnection>;
  connectRawly(run: CountingRun): Promise<RawClient>;
  /** Does `cleanup` after the test, later ones first. */
  after(cleanup: () => unknown): void;
}

/** Runs to be controlled for the tests of a file, which is to call this once, outside of them. */
export function controls(): Controls {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'dmd-')));
  const runtime = process.env['XDG_RUNTIME_DIR'];
  const cleanups: (() => unknown)[] = [];
  const after = (cleanup: () => unknown) => cleanups.unshift(cleanup);
  let runs = 0;
  const newPath = () => join(folder, `run-${runs++}`);
  beforeAll(() => {
    process.env['XDG_RUNTIME_DIR'] = folder;
  });
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0)) await cleanup();
  });
  afterAll(() => {
    if (runtime === undefined) delete process.env['XDG_RUNTIME_DIR'];
    else process.env['XDG_RUNTIME_DIR'] = runtime;
    rmSync(folder, { recursive: true });
  });
  return {
    folder,
    newPath,
    after,
    newRun: async (path = newPath()) => {
      const run = await CountingRun.open(path);
      after(async () => {
        await run.control.close();
        await run.directory.close('stopped');
      });
      return run;
    },
    connect: async (run) => {
      const connection = await connectRun(run.directory.path);
      after(() => connection.close());
      return connection;
    },
    connectRawly: async (run) => {
      const socket = createConnection(run.control.path);
      let text = '';
      socket.on('data', (data: Buffer) => (text += data.toString()));
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      after(() => socket.destroy());
      return { socket, said: () => text, closed: once(socket, 'close') };
    },
  };
}

/** A message as it crosses the socket: an object, or a text that takes its place. */
export function frame(message: unknown): string {
  const body = typeof message === 'string' ? message : JSON.stringify(message);
  return `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

export const request = (id: number, method: string, params?: unknown): string =>
  frame({ jsonrpc: '2.0', id, method, params });
