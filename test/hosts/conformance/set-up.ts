/** Runs tfjs-core's specs on TensorFlow.js' cpu backend and on the onnx engine, each in a process, before the tests look at them. */
import { DIFFERENCES } from './differences.ts';
import { readReport, REPORTS, summary } from './report.ts';
import { runSpecs } from './run-specs.mjs';

export default async function setUp(): Promise<() => void> {
  for (const backend of ['cpu', 'onnx'] as const) await runSpecs(REPORTS[backend], backend);
  return () => console.log(summary(readReport('onnx'), new Set(Object.keys(DIFFERENCES))));
}
