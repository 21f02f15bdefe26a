import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { probeProvider } from './probe.ts';
import { onnxRuntime } from './session.ts';

/** Under any of these ONNX Runtime tells nobody anyway. */
const CONTINUOUS_INTEGRATION = ['CI', 'TF_BUILD', 'GITHUB_ACTIONS', 'GITLAB_CI', 'CIRCLECI', 'TRAVIS', 'JENKINS_URL'];
const home = mkdtempSync(join(tmpdir(), 'dmd-telemetry-'));

beforeEach(() => {
  vi.stubEnv('ORT_DISABLE_TELEMETRY', undefined);
  for (const name of CONTINUOUS_INTEGRATION) vi.stubEnv(name, undefined);
  vi.stubEnv('HOME', home);
  vi.stubEnv('XDG_CACHE_HOME', join(home, 'cache'));
});
afterEach(() => vi.unstubAllEnvs());
afterAll(() => rmSync(home, { recursive: true }));

describe('ONNX Runtime’s telemetry leaves no trace', () => {
  it('in this process', () => {
    onnxRuntime();
    expect(readdirSync(home)).toEqual([]);
    expect(existsSync(join(tmpdir(), `mat-debug-${process.pid}.log`))).toBe(false);
  });

  it('in one that tries a provider', () => {
    expect(probeProvider('cpu')).toMatchObject({ works: true });
    expect(readdirSync(home)).toEqual([]);
  });
});
