/**
 * tfjs-core's own published Jasmine specs against one backend, in a process of their own. The first argument is the file
 * that the results go to.
 */
import { writeFileSync } from 'node:fs';
import './before.ts';
import '@tensorflow/tfjs-core/dist/tests';
import { fallbackCounts, loweredKernels, resetFallbacks } from '../../../../src/engine/record/kernels/registry.ts';
import { kernelNames } from '../kernel-names.ts';
import type { Report, SpecResult } from '../report.ts';

interface JasmineSpec {
  readonly fullName: string;
  readonly status: string;
  readonly failedExpectations: readonly { readonly message: string; readonly stack?: string }[];
}

interface JasmineEnvironment {
  addReporter(reporter: { specStarted(): void; specDone(spec: JasmineSpec): void; jasmineDone(): void }): void;
  execute(): Promise<void>;
}

const specs: SpecResult[] = [];
const names = new Map<string, number>();

/** Some specs have the name of another. */
function unique(name: string): string {
  const count = (names.get(name) ?? 0) + 1;
  names.set(name, count);
  return count === 1 ? name : `${name} (${count})`;
}

const environment = (globalThis as unknown as { jasmine: { getEnv(): JasmineEnvironment } }).jasmine.getEnv();
environment.addReporter({
  specStarted: resetFallbacks,
  specDone: ({ fullName, status, failedExpectations }) =>
    specs.push({
      name: unique(fullName),
      status: status as SpecResult['status'],
      message: failedExpectations.map((e) => e.message).join('\n'),
      fallbacks: [...fallbackCounts().keys()],
    }),
  jasmineDone: () => {
    const report: Report = { specs, lowered: loweredKernels(), kernels: kernelNames() };
    writeFileSync(process.argv[2]!, JSON.stringify(report));
  },
});
await environment.execute();
