import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { controls, frame, request } from '../../../test/counting-run.ts';

const { newRun, connect, connectRawly } = controls();

describe('a stranger', () => {
  it('is answered nothing before the token was shown', async () => {
    const run = await newRun();
    for (const method of ['control', 'subscribe', 'anything']) {
      const { socket, said, closed } = await connectRawly(run);
      socket.write(request(1, method, { type: 'pause' }));
      await closed;
      expect(said()).toBe('');
    }
    expect(run.heard).toEqual([]);
  });

  it.each([
    ['a wrong token', { token: 'x', v: 1, client: 'me' }, 'The token is wrong'],
    ['no token', { v: 1, client: 'me' }, '`hello` needs `token`, `v` and `client`'],
    ['an array', [1, 2], '`hello` needs'],
    ['nothing', undefined, '`hello` needs'],
  ])('is refused with %s, and hung up on', async (_, params, reason) => {
    const run = await newRun();
    const { socket, said, closed } = await connectRawly(run);
    socket.write(request(1, 'hello', params) + request(2, 'control', { type: 'pause' }));
    await closed;
    expect(said()).toContain(reason);
    expect(said().split('Content-Length')).toHaveLength(2);
    expect(run.heard).toEqual([]);
  });

  it('of another major version is told so', async () => {
    const run = await newRun();
    const { token } = await run.address();
    for (const [v, isRefused] of [
      [2, true],
      [1.5, false],
    ] as const) {
      const { socket, said } = await connectRawly(run);
      socket.write(request(1, 'hello', { token, v, client: 'old' }));
      while (said() === '') await setTimeout(10);
      expect(said().includes('`old` speaks version `2` of the contract, and this run version `1`')).toBe(isRefused);
    }
  });

  it.each([
    ['noise', randomBytes(5000)],
    ['HTTP', 'POST /control HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['an endless header', 'x'.repeat(2000)],
    ['a claim of two gigabytes', 'Content-Length: 2147483648\r\n\r\n'],
    ['a negative length', 'Content-Length: -5\r\n\r\n'],
    ['no JSON', frame('{"jsonrpc":')],
    ['no object', frame('17')],
    ['a long hello', request(1, 'hello', { token: 'x'.repeat(5000), v: 1, client: 'me' })],
  ])('who sends %s is hung up on', async (_, bytes) => {
    const run = await newRun();
    const { socket, said, closed } = await connectRawly(run);
    socket.write(bytes);
    await closed;
    expect(said()).toBe('');
    expect(await (await connect(run)).send({ type: 'pause' })).toMatchObject({ state: 'paused' });
  });

  it('who says nothing is hung up on after a while', async () => {
    const run = await newRun();
    const { closed } = await connectRawly(run);
    const begin = performance.now();
    await closed;
    expect(performance.now() - begin).toBeGreaterThan(4000);
  });

  it('finds no room beside 32 others', async () => {
    const run = await newRun();
    const others = await Promise.all(Array.from({ length: 32 }, () => connectRawly(run)));
    const { closed } = await connectRawly(run);
    await closed;
    expect(others.filter(({ socket }) => socket.destroyed)).toEqual([]);
  });
});

describe('a client that is no good', () => {
  it('may not send a message of more than a megabyte', async () => {
    const run = await newRun();
    const connection = await connect(run);
    const layer = 'x'.repeat(2 ** 20);
    const sent = connection.send({ type: 'inspect', samples: [0], t: 1, layer });
    await expect(sent).rejects.toMatchObject({ kind: 'failure' });
    const { socket, closed } = await connectRawly(run);
    const { token } = await run.address();
    socket.write(request(1, 'hello', { token, v: 1, client: 'me' }) + 'Content-Length: 1048577\r\n\r\n');
    await closed;
    expect(run.heard).toEqual([]);
  });

  it('is answered also when it nests deeper than a stack', async () => {
    const run = await newRun();
    const { socket, said } = await connectRawly(run);
    const { token } = await run.address();
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    const nested = (id: number, params: string) =>
      frame(`{"jsonrpc":"2.0","id":${id},"method":"control","params":${params}}`);
    socket.write(request(1, 'hello', { token, v: 1, client: 'me' }));
    while (said() === '') await setTimeout(10);
    socket.write(nested(2, `{"type":"pause","x":${deep}}`) + nested(3, `{"type":${deep}}`) + nested(4, deep));
    while (!said().includes('"id":4')) await setTimeout(10);
    expect(said()).toContain('the key `x` is unknown');
    expect(said()).toContain('The `type` of a control message must be one of');
    expect(said()).toContain('A control message must be an object');
    expect(run.heard).toEqual([]);
  });

  it('has to wait with what it asks too much at once', async () => {
    const run = await newRun();
    let free: (value?: unknown) => void = () => undefined;
    run.busy = new Promise((resolve) => (free = resolve));
    const connection = await connect(run);
    const answers = Array.from({ length: 5000 }, () => connection.send({ type: 'pause' }));
    while (run.asked === 0) await setTimeout(10);
    await setTimeout(200);
    expect(run.asked).toBe(16);
    free();
    expect(await Promise.all(answers)).toHaveLength(5000);
  });

  it('is hung up on when it does not read its events, and costs the run nothing', async () => {
    const run = await newRun();
    const { socket, said, closed } = await connectRawly(run);
    const { token } = await run.address();
    socket.write(request(1, 'hello', { token, v: 1, client: 'me' }) + request(2, 'subscribe'));
    while (!said().includes('"id":2')) await setTimeout(10);
    socket.pause();
    const message = 'x'.repeat(2 ** 16);
    for (let i = 0; i < 300; i++) {
      run.directory.event({ type: 'warning', message });
      await setTimeout(0);
    }
    socket.resume();
    await closed;
    expect(await (await connect(run)).send({ type: 'pause' })).toMatchObject({ state: 'paused' });
  });
});
