// Runs notebooks from clean on our kernel and saves them with their outputs: all of notebooks/, or those that are named.
import { build } from 'esbuild';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { palettePng } from './palette-png.mjs';

const PLOTLY = 'application/vnd.plotly.v1+json';

/** What the kernel tells of a cell, in the notebook format's words. */
class CellOutputs {
  list = [];
  #shown = new Map();

  add({ type, name, message, text, data, metadata, displayId, executionCount, traceback }) {
    const last = this.list.at(-1);
    switch (type) {
      case 'stream':
        if (last?.output_type === 'stream' && last.name === name) last.text = lines(last.text.join('') + text);
        else this.list.push({ output_type: 'stream', name, text: lines(text) });
        return;
      case 'display': {
        const shown = { output_type: 'display_data', data: texts(data), metadata };
        if (displayId) this.#shown.set(displayId, shown);
        this.list.push(shown);
        return;
      }
      case 'update-display':
        Object.assign(this.#shown.get(displayId) ?? {}, { data: texts(data), metadata });
        return;
      case 'result':
        this.list.push({ output_type: 'execute_result', execution_count: executionCount, data: texts(data), metadata });
        return;
      case 'error':
        this.list.push({ output_type: 'error', ename: name, evalue: message, traceback });
        return;
      case 'clear':
        this.list = [];
    }
  }
}

/** Text as the notebook format has it, a list of lines, and pictures small enough to be kept; all else as it came. */
const texts = (data) => Object.fromEntries(Object.entries(data).map(([type, value]) => [type, kept(type, value)]));

function kept(type, value) {
  if (/^text\/|svg/.test(type)) return lines(value);
  if (type === 'image/png') return smaller(value);
  for (const image of value.layout?.images ?? [])
    image.source = image.source.replace(/(?<=^data:image\/png;base64,).*/, smaller);
  return value;
}

const lines = (text) => text.split(/(?<=\n)/);
const smaller = (base64) => palettePng(Buffer.from(base64, 'base64')).toString('base64');

/** As Jupyter writes notebooks, but for figures: not a line for each of their numbers. */
function written(notebook) {
  const figures = [];
  const mark = (type, value) => (type === PLOTLY ? `figure ${figures.push(JSON.stringify(value)) - 1}` : value);
  const text = JSON.stringify(notebook, mark, 1);
  return `${text.replace(/(?<="application\/vnd\.plotly\.v1\+json": )"figure (\d+)"/g, (_, i) => figures[i])}\n`;
}

/** The kernel's client is TypeScript, and in dist a part of other programs. */
async function kernelClient() {
  const outfile = resolve('.cache/kernel-client.mjs');
  await build({ entryPoints: ['kernel/client.ts'], outfile, bundle: true, format: 'esm', platform: 'node' });
  return (await import(pathToFileURL(outfile).href)).KernelClient;
}

async function execute(KernelClient, { cells }, folder) {
  const kernel = await KernelClient.start({ launcher: resolve('dist/kernel.cjs'), cwd: folder });
  try {
    for (const cell of cells.filter(({ cell_type: type }) => type === 'code')) {
      const outputs = new CellOutputs();
      const onOutput = (output) => outputs.add(output);
      const { status, executionCount } = await kernel.execute([cell.source].flat().join(''), { onOutput });
      Object.assign(cell, { execution_count: executionCount, outputs: outputs.list });
      if (status === 'ok') continue;
      const error = outputs.list.find(({ output_type: type }) => type === 'error');
      throw new Error(`Cell \`${cell.id}\` failed.\n${error?.traceback.join('\n') ?? status}`);
    }
  } finally {
    await kernel.shutdown();
  }
}

const named = process.argv.slice(2);
const all = (await readdir('notebooks')).filter((name) => name.endsWith('.ipynb')).map((name) => `notebooks/${name}`);
const KernelClient = await kernelClient();
for (const path of named.length > 0 ? named : all.sort()) {
  const began = performance.now();
  const notebook = JSON.parse(await readFile(path, 'utf8'));
  await execute(KernelClient, notebook, dirname(resolve(path)));
  const text = written(notebook);
  if (text.includes(process.cwd())) throw new Error(`An output of ${path} holds the path of this checkout.`);
  await writeFile(path, text);
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  console.log(`${basename(path)}: ${seconds} s, ${Math.round(text.length / 1024)} KiB`);
}
