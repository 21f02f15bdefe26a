import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cli, commandInFolder, lastLine } from './command.ts';
import { at, lineOf, startedEvent, stepEvent, writeRun } from './recorded-run.ts';

const { folder, run } = commandInFolder();
const recorded = writeRun(
  join(folder, '.dmd', 'runs', 'recorded'),
  [startedEvent(), stepEvent(1)].map((event, i) => lineOf(at(i, event))),
);

/** The dashboard, and the line that it prints when it listens. */
async function startDashboard(...args: string[]) {
  const child = spawn(process.execPath, [cli, 'dashboard', '--no-open', '--json', ...args], { cwd: folder });
  let stderr = '';
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const { url, port } = JSON.parse(line.toString()) as { url: string; port: number };
  return {
    url,
    port,
    async end() {
      child.kill('SIGINT');
      const [code] = (await once(child, 'close')) as [number];
      return { code, stderr };
    },
  };
}

describe('dmd-lab dashboard', () => {
  it('serves the built page to whoever has the link, until Ctrl-C', async () => {
    const dashboard = await startDashboard('recorded');
    expect(dashboard.url).toMatch(new RegExp(`^http://127.0.0.1:${dashboard.port}/\\?token=`));
    const entered = await fetch(dashboard.url, { redirect: 'manual' });
    const cookie = entered.headers.get('set-cookie')!.split(';')[0]!;
    const origin = `http://127.0.0.1:${dashboard.port}`;
    const page = await fetch(origin, { headers: { cookie } });
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    const html = await page.text();
    expect(html).toContain('<title>DMD Lab</title>');
    expect(html).not.toContain('{{');
    const script = await (await fetch(`${origin}/dashboard.js`, { headers: { cookie } })).text();
    // licences go with what they cover
    expect(script).toMatch(/plotly[^]*MIT/);
    expect((await fetch(dashboard.url)).status).toBe(403);

    const { code, stderr } = await dashboard.end();
    expect(code).toBe(130);
    expect(stderr).toContain(`ssh -L ${dashboard.port}:127.0.0.1:${dashboard.port}`);
    expect(stderr).toContain('the dashboard ends; runs go on');
    await expect(fetch(origin)).rejects.toThrow();
  });

  it.each([
    [['nowhere'], /There is no run `nowhere`.*`recorded`/],
    [['--dir', 'images.safetensors'], /The runs in `.*images\.safetensors` cannot be read/],
    [['--port', '70000'], /from 0 to 65535/],
    [['--port', 'x'], /from 0 to 65535/],
  ])('%j is refused', async (args, why) => {
    const { code, stderr } = await run(['dashboard', '--no-open', ...args]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(why)]);
  });

  it('says that its port is taken', async () => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const ended = await run(['dashboard', '--no-open', '--json', '--port', String(port)]);
    server.close();
    expect(ended.code).toBe(2);
    expect(lastLine(ended)).toMatchObject({
      error: { kind: 'usage', message: expect.stringContaining(`\`${port}\` is in use`) as string },
    });
  });
});

describe('dmd-lab replay', () => {
  it('writes the run as one file, and replaces nothing unasked', async () => {
    const ended = await run(['replay', 'recorded', '--out', 'lecture.html', '--json']);
    expect(ended.code).toBe(0);
    const html = readFileSync(join(folder, 'lecture.html'));
    expect(lastLine(ended)).toEqual({ path: 'lecture.html', bytes: html.length, leftOut: null });
    expect(html.toString()).toContain('id="dmd-lab-recording"');
    expect(html.length).toBeLessThan(4e6);

    writeFileSync(join(folder, 'mine.html'), 'mine');
    const refused = await run(['replay', recorded, '--out', 'mine.html']);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('`mine.html` is there already')]);
    expect(readFileSync(join(folder, 'mine.html'), 'utf8')).toBe('mine');
    expect((await run(['replay', recorded, '--out', 'mine.html', '--force'])).code).toBe(0);
  });

  it('refuses what is no HTML and what cannot be written', async () => {
    const odd = await run(['replay', 'recorded', '--out', 'lecture.mp4']);
    expect([odd.code, odd.stderr]).toEqual([2, expect.stringContaining('`--out` is `lecture.mp4`')]);
    const nowhere = await run(['replay', 'recorded', '--out', 'none/lecture.html']);
    expect([nowhere.code, nowhere.stderr]).toEqual([1, expect.stringContaining('could not be written')]);
  });
});
