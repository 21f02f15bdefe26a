/** What a run of TensorFlow.js' specs leaves behind, and where. */
import { readFileSync } from 'node:fs';

export interface SpecResult {
  readonly name: string;
  readonly status: 'passed' | 'failed' | 'pending' | 'excluded';
  /** What failed; empty where nothing did. */
  readonly message: string;
  /** Kernels that ran as TensorFlow.js' cpu kernels. */
  readonly fallbacks: readonly string[];
}

export interface Report {
  readonly specs: readonly SpecResult[];
  readonly lowered: readonly string[];
  readonly kernels: readonly string[];
}

export const REPORTS = {
  cpu: '.cache/conformance/cpu.json',
  onnx: '.cache/conformance/onnx.json',
} as const;

export const readReport = (backend: keyof typeof REPORTS): Report =>
  JSON.parse(readFileSync(REPORTS[backend], 'utf8')) as Report;

/** The two lines that a run ends with. */
export function summary({ specs, lowered, kernels }: Report, expected: ReadonlySet<string>): string {
  const touched = specs.filter((s) => s.fallbacks.length > 0).length;
  const count = (of: (s: SpecResult) => boolean) => specs.filter(of).length;
  const passed = count((s) => s.status === 'passed');
  const failed = count((s) => s.status === 'failed' && !expected.has(s.name));
  return (
    `lowered ${lowered.length} of ${kernels.length} kernels, ${touched} specs touched a fallback\n` +
    `${passed} passed, ${failed} failed, ${specs.length - passed - failed} skipped`
  );
}
