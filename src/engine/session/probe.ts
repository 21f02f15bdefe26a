/**
 * Tries an execution provider of ONNX Runtime from outside.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { REMEDIES } from './provider.ts';
import { briefly } from './run-failure.ts';
import type { Provider } from './session.ts';
import { withoutTelemetry } from './telemetry.ts';

export interface Probe {
  readonly works: boolean;
  /** How it is chosen, or why it does not work and what to do. */
  readonly reason: string;
}

/** A driver may take the whole process down, so each provider is tried in a process of its own. */
export function probeProvider(provider: Provider): Probe {
  withoutTelemetry();
  const runtime = createRequire(import.meta.url).resolve('onnxruntime-node');
  const child = spawnSync(process.execPath, ['-e', PROBE, runtime, provider, MODEL], {
    encoding: 'utf8',
    timeout: 30_000,
  });
  const said = child.stdout.trim().split('\n').at(-1) ?? '';
  if (said === 'works') return { works: true, reason: 'a small graph ran on it; choose it with `--device`' };
  const cause =
    said || (child.signal ? `the process ended with ${child.signal}` : (child.error?.message ?? 'no answer'));
  return { works: false, reason: `${briefly(cause)}. ${REMEDIES[provider]}` };
}

/** y = x + x as an ONNX model in base64: what `emitModel` gives. The probe needs no part of this project then. */
const MODEL =
  'CAgSB2RtZC1sYWI6RwoaCgJpMAoCaTASAm8wGgVBZGRfMCIDQWRkOgASBWdyYXBoWhAKAmkwEgoKCAgBEgQKAggEYhAKAm8wEgoKCAgBEgQKAggEQgQKABAR';

const PROBE = `
  const [runtime, provider, model] = process.argv.slice(1);
  const ort = require(runtime);
  ort.InferenceSession.create(Buffer.from(model, 'base64'), { executionProviders: [provider] })
    .then((session) => session.run({ i0: new ort.Tensor('float32', Float32Array.of(1, 2, 3, 4), [4]) }))
    .then(({ o0 }) => console.log(o0.data.join() === '2,4,6,8' ? 'works' : 'it computed ' + o0.data.join() + ' for 2,4,6,8'))
    .catch((error) => console.log(error.message.split('\\n')[0]))
    .finally(() => process.exit());
`;
