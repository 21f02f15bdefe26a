// The library's types in dist/types, for notebooks and for those who install the package. What is unchanged since the last
// build is not made again. What is wrong with a type is for `npm run typecheck` to say.
import { spawnSync } from 'node:child_process';
import { cp } from 'node:fs/promises';

const TSC = 'node_modules/typescript/bin/tsc';
const made = '.cache/types/dist';

export async function buildTypes() {
  const args = ['-p', 'tsconfig.build.json', '--incremental', '--tsBuildInfoFile', '.cache/types/tsbuildinfo'];
  spawnSync(process.execPath, [TSC, ...args, '--outDir', made]);
  await cp(made, 'dist/types', { recursive: true });
}
