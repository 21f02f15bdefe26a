/**
 * A client of Jupyter's kernels over ZeroMQ, without Python: enough of one to see every message.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Dealer, Subscriber } from 'zeromq';

type Content = Record<string, unknown>;

export interface Answer {
  readonly content: Content;
  /** What was told to all meanwhile. */
  readonly news: readonly { readonly type: string; readonly content: Content }[];
}

interface Pending {
  content?: Content;
  readonly news: { type: string; content: Content }[];
  readonly wantsIdle: boolean;
  settle(answer: Answer): void;
}

const ofThisTree = [process.execPath, resolve('dist/kernel.cjs'), '--connection-file', '{connection_file}'];

export class JupyterClient {
  readonly #folder = mkdtempSync(join(tmpdir(), 'dmd-jupyter-'));
  readonly #key = randomBytes(16).toString('hex');
  readonly #sockets = { shell: new Dealer({ linger: 0 }), control: new Dealer({ linger: 0 }) };
  readonly #iopub = new Subscriber({ linger: 0 });
  readonly #pending = new Map<string, Pending>();
  #process!: ChildProcess;
  #seen = false;

  /** Starts a kernel as Jupyter would, in `cwd`; `argv`: as in a kernelspec, by default of the kernel built here. */
  static async start(cwd: string, argv: readonly string[] = ofThisTree): Promise<JupyterClient> {
    const client = new JupyterClient();
    await client.#begin(cwd, argv);
    return client;
  }

  /** Sends a message, and gives its reply with all that was told meanwhile. */
  request(channel: 'shell' | 'control', type: string, content: Content): Promise<Answer> {
    const date = new Date().toISOString();
    const header = { msg_id: randomUUID(), msg_type: type, session: 'test', username: 'test', date, version: '5.3' };
    const texts = [header, {}, {}, content].map((part) => JSON.stringify(part));
    return new Promise((settle) => {
      this.#pending.set(header.msg_id, { news: [], wantsIdle: channel === 'shell', settle });
      void this.#sockets[channel].send(['<IDS|MSG>', this.#sign(texts), ...texts]);
    });
  }

  /** Whether the process is gone within 5 s. */
  async ended(): Promise<boolean> {
    for (let i = 0; i < 100 && this.#process.exitCode === null && this.#process.signalCode === null; i++)
      await setTimeout(50);
    const gone = this.#process.exitCode !== null || this.#process.signalCode !== null;
    this.kill();
    return gone;
  }

  kill(): void {
    this.#process.kill('SIGKILL');
    for (const socket of [this.#sockets.shell, this.#sockets.control, this.#iopub]) socket.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #begin(cwd: string, argv: readonly string[]): Promise<void> {
    const [shell_port, control_port, iopub_port, stdin_port, hb_port] = await freePorts(5);
    const ports = { shell_port, control_port, iopub_port, stdin_port, hb_port };
    const path = join(this.#folder, 'connection.json');
    const connection = { ip: '127.0.0.1', transport: 'tcp', key: this.#key, signature_scheme: 'hmac-sha256', ...ports };
    writeFileSync(path, JSON.stringify(connection));
    const [program, ...args] = argv.map((word) => word.replace('{connection_file}', path)) as [string, ...string[]];
    this.#process = spawn(program, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
    const at = (port: number | undefined) => `tcp://127.0.0.1:${port}`;
    this.#sockets.shell.connect(at(shell_port));
    this.#sockets.control.connect(at(control_port));
    this.#iopub.connect(at(iopub_port));
    this.#iopub.subscribe();
    for (const socket of [this.#sockets.shell, this.#sockets.control, this.#iopub]) void this.#listen(socket);
    // who subscribes late has missed what came before
    while (!this.#seen) {
      void this.request('shell', 'kernel_info_request', {});
      await setTimeout(100);
    }
  }

  async #listen(socket: Dealer | Subscriber): Promise<void> {
    for await (const frames of socket) {
      const at = frames.findIndex((frame) => frame.toString() === '<IDS|MSG>');
      const [signature, ...texts] = frames.slice(at + 1).map((frame) => frame.toString());
      if (signature !== this.#sign(texts)) throw new Error('A message is not signed with the key.');
      const [header, parent, , content] = texts.map((text) => JSON.parse(text) as Content);
      const pending = this.#pending.get(String(parent!.msg_id));
      if (socket instanceof Subscriber) {
        this.#seen = true;
        pending?.news.push({ type: String(header!.msg_type), content: content! });
      } else if (pending) pending.content = content!;
      const idle = pending?.news.at(-1)?.content.execution_state === 'idle';
      if (!pending?.content || (pending.wantsIdle && !idle)) continue;
      this.#pending.delete(String(parent!.msg_id));
      pending.settle({ content: pending.content, news: pending.news });
    }
  }

  #sign(texts: readonly string[]): string {
    const hmac = createHmac('sha256', this.#key);
    for (const text of texts) hmac.update(text);
    return hmac.digest('hex');
  }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  for (const server of servers) server.close();
  return ports;
}
