// Bundles tfjs-core's specs, which Node cannot load as they are, with the engine, and runs them in a process of their own.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';

const folder = '.cache/conformance';

/** Runs every spec on `backend` and leaves its results in the file `report`. */
export async function runSpecs(report, backend = 'onnx') {
  mkdirSync(dirname(report), { recursive: true });
  rmSync(report, { force: true });
  const outfile = join(folder, 'specs.mjs');
  await build({
    entryPoints: ['test/hosts/conformance/specs/main.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    // tfjs-core says that its specs have no effect, and they would be left out
    ignoreAnnotations: true,
    external: ['onnxruntime-node', 'jasmine-core'],
    banner: { js: "import { createRequire as from } from 'node:module'; const require = from(import.meta.url);" },
    logLevel: 'warning',
  });
  const env = { ...process.env, DMD_LAB_CONFORMANCE: backend };
  const { status, signal, stderr } = spawnSync(process.execPath, [outfile, report], { env, encoding: 'utf8' });
  if (!existsSync(report)) throw new Error(`The specs' process ended with ${signal ?? status}: ${stderr}`);
}
