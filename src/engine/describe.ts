/**
 * Every engine and device this project knows, tried one by one: what `dmd-lab doctor` shows.
 */
import { DmdError, failure } from '../errors.ts';
import type { EngineName, RunningEngine } from './start.ts';
import { startEngine } from './start.ts';
import { tensorflowOfFolder } from './tensorflow.ts';
import { probeProvider } from './session/probe.ts';
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
  const isAsked = options.engine === 'tensorflow' || process.env.DMD_LAB_ENGINE === 'tensorflow';
  const unasked = isAsked ? undefined : tensorflowOfFolder();
  await attempt('tensorflow', 'gpu or cpu', () => {
    if (unasked === undefined) return startEngine({ engine: 'tensorflow' });
    throw failure(`${unasked} is in this folder, and is loaded when it is asked for: \`--engine tensorflow\`.`);
  });
  await attempt('cpu', 'cpu', () => startEngine({ engine: 'cpu' }));
  return { ...(await startEngine(options)), available };
}
