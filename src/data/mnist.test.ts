import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fetchMnist } from './mnist.ts';

const content: Record<string, Buffer> = { 'a.gz': Buffer.alloc(50_000, 1), 'b.gz': Buffer.alloc(3_000, 2) };
const files = Object.entries(content).map(([name, bytes]) => ({
  name,
  bytes: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
}));

let directory: string;
const servers: Server[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dmd-mnist-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function mirror(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}
const honest: RequestListener = (request, response) => response.end(content[request.url!.slice(1)]);
const lying: RequestListener = (_, response) => response.end('something else');
const failing: RequestListener = (_, response) => response.writeHead(503).end();
const cutting: RequestListener = (request, response) => {
  const bytes = content[request.url!.slice(1)]!;
  response.writeHead(200, { 'content-length': bytes.length });
  response.write(bytes.subarray(0, 1000), () => response.destroy());
};

describe('fetchMnist', () => {
  it('fetches what is missing and reports its progress', async () => {
    const progress: [number, number][] = [];
    const options = { directory, files, mirrors: [await mirror(honest)] };
    await fetchMnist({ ...options, onProgress: (...at) => progress.push(at) });
    for (const name in content) expect((await readFile(join(directory, name))).equals(content[name]!)).toBe(true);
    expect(progress.at(-1)).toEqual([53_000, 53_000]);
  });

  it('asks for nothing when all is there, and again for a damaged file', async () => {
    const asked: string[] = [];
    const counting: RequestListener = (request, response) => {
      asked.push(request.url!);
      honest(request, response);
    };
    const options = { directory, files, mirrors: [await mirror(counting)] };
    await fetchMnist(options);
    await fetchMnist(options);
    expect(asked).toEqual(['/a.gz', '/b.gz']);
    await writeFile(join(directory, 'b.gz'), 'damaged');
    await fetchMnist(options);
    expect(asked).toEqual(['/a.gz', '/b.gz', '/b.gz']);
    expect((await readFile(join(directory, 'b.gz'))).equals(content['b.gz']!)).toBe(true);
  });

  it.each([
    ['lies', lying, /127\.0\.0\.1:\d+: other content than expected, 14 bytes with SHA-256 `[0-9a-f]{64}`/],
    ['fails', failing, /HTTP status 503/],
    ['cuts the connection', cutting, /127\.0\.0\.1:\d+: (other side closed|terminated)/],
  ])('keeps nothing from a mirror that %s, says why, and goes on to the next', async (_, listener, message) => {
    const bad = await mirror(listener);
    await expect(fetchMnist({ directory, files, mirrors: [bad] })).rejects.toMatchObject({
      kind: 'failure',
      message: expect.stringMatching(message),
    });
    expect(await readdir(directory)).toEqual([]);
    await fetchMnist({ directory, files, mirrors: [bad, await mirror(honest)] });
    expect(await readdir(directory)).toEqual(['a.gz', 'b.gz']);
  });

  it('tells what to do when offline', async () => {
    const gone = await mirror(honest);
    const server = servers.pop()!;
    await new Promise((resolve) => server.close(resolve));
    await expect(fetchMnist({ directory, files, mirrors: [gone] })).rejects.toThrow(/ECONNREFUSED.*`--data DIR`/);
  });

  it('says so when the cache cannot be written', async () => {
    await writeFile(join(directory, 'file'), '');
    const options = { directory: join(directory, 'file', 'mnist'), files, mirrors: [await mirror(honest)] };
    await expect(fetchMnist(options)).rejects.toThrow(/cannot be kept in `.*file\/mnist`.*ENOTDIR/);
  });
});
