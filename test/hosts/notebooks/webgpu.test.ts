/**
 * A notebook on a GPU: steps of Algorithm 1 by ONNX Runtime's `webgpu` provider, here on a Vulkan driver in software.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { executeNotebook, textOf, writeNotebook } from './execute.ts';

const cell = `
import { openTeacher, startEngine } from 'dmd-lab';
import { distiller, samples } from 'dmd-lab/notebook';
await startEngine({ device: 'cpu' });
await openTeacher('two-modes'); // its student is fitted on the CPU, and kept
const run = await distiller({
  teacher: 'two-modes', device: 'webgpu', threads: 1, pairs: 256, batchSize: 32, steps: 3,
  warmup: { regressionSteps: 2, fakeSteps: 1 }, samplesEvery: 1, probeEvery: 0, layersEvery: 0,
});
const report = await run.step(6);
console.log(JSON.stringify({ device: run.started.device, ...report }));
samples(run)`;

test.skipIf(inject('noJupyter') !== '' || inject('noDevice') !== '')('a notebook distils on webgpu', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dmd-webgpu-notebook-'));
  try {
    const path = join(folder, 'webgpu.ipynb');
    writeNotebook(path, [cell]);
    const { cells } = await executeNotebook(path, { secondsPerCell: 550 });
    const outputs = cells[0]!.outputs ?? [];
    const said = outputs.map(({ text }) => textOf(text)).join('');
    const report = JSON.parse(said) as Record<string, number>;
    expect(report).toMatchObject({ device: 'webgpu', phase: 'matching', step: 3 });
    for (const loss of ['lossDm', 'lossReg', 'lossFake']) expect(report[loss]).toBeGreaterThan(0);
    expect(outputs.at(-1)?.data).toHaveProperty(['image/png']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
