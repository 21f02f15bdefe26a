// Writes the JSON Schema of the configuration to schema/dmd.schema.json.
import { build } from 'esbuild';
import { mkdir, writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';

const path = 'schema/dmd.schema.json';
const { outputFiles } = await build({
  entryPoints: ['src/runs/configuration/schema.ts'],
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'node',
});
const source = Buffer.from(outputFiles[0].text).toString('base64');
const { configSchema } = await import(`data:text/javascript;base64,${source}`);
await mkdir('schema', { recursive: true });
await writeFile(path, await format(JSON.stringify(configSchema()), { ...(await resolveConfig(path)), filepath: path }));
