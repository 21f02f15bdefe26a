/**
 * Every engine and device this project knows, tried one by one: what `dmd-lab doctor` shows.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { DmdError } from '../errors.ts';
import type { EngineName, RunningEngine } from './start.ts';
import { startEngine } from './start.ts';
import { briefly, REMEDIES } from './session/provider.ts';
import type { Provider } from './session/session.ts';

export interface EngineCandidate {
  readonly engine: EngineName;
  readonly device: string;
  readonly works: boolean;
  /** What it is, or why it does not work and what to do. */
  readonly reason: string;
}

export interface EngineReport extends RunningEngine {
  readonly available: readonly EngineCandidate[];
}

const PROVIDERS: readonly Provider[] = ['webgpu', 'cuda', 'dml'];

/** The engine that `options` start, and how every other one fares. Leaves the chosen engine started. */
export async function describeEngines(options: Parameters<typeof startEngine>[0] = {}): Promise<EngineReport> {
  const available: EngineCandidate[] = [];
  const attempt = async (engine: EngineName, device: string, start: () => Promise<{ reason: string }>) => {
    try {
      available.push({ engine, device, works: true, reason: (await start()).reason });
    } catch (error) {
      if (!(error instanceof DmdError)) throw error;
      available.push({ engine, device, works: false, reason: error.message });
    }
  };
  await attempt('onnx', 'cpu', () => startEngine({ engine: 'onnx', device: 'cpu' }));
  for (const provider of PROVIDERS) available.push({ engine: 'onnx', device: provider, ...probeProvider(provider) });
  await attempt('tensorflow', 'gpu or cpu', () => startEngine({ engine: 'tensorflow' }));
  await attempt('cpu', 'cpu', () => startEngine({ engine: 'cpu' }));
  return { ...(await startEngine(options)), available };
}

/** A driver may take the whole process down, so each provider is tried in a process of its own. */
function probeProvider(provider: Provider): { works: boolean; reason: string } {
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
