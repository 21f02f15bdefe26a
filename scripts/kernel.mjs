// Bundles the notebooks' kernel into dist/kernel.cjs. tslab and what it brings stay outside: the kernel mends them in place.
import { build } from 'esbuild';

export async function buildKernel() {
  await build({
    entryPoints: ['kernel/main.ts'],
    outfile: 'dist/kernel.cjs',
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    packages: 'external',
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'warning',
  });
}
