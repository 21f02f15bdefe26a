/**
 * `dmd-lab doctor`: the engines and devices found, which one would run, and why.
 */
import { Command } from 'commander';
import type { EngineReport } from '../engine/describe.ts';
import type { OutputOptions } from './output.ts';
import { table } from './table.ts';
import { action, withEngine, withOutput, type EngineFlags } from './options.ts';

export const doctor = (): Command =>
  withOutput(withEngine(new Command('doctor')))
    .description('Show which engines and devices work here, which one would run, and why.')
    .addHelpText('after', '\nExamples:\n  dmd-lab doctor\n  dmd-lab doctor --engine onnx --device webgpu --json')
    .action(
      action<OutputOptions & EngineFlags>(async ({ options, output }) => {
        const { describeEngines } = await import('../engine/describe.ts');
        const report = await describeEngines(options);
        output.result(report, describe(report));
      }),
    );

function describe({ engine, device, runtime, reason, available }: EngineReport): string {
  const rows = available.map((candidate) => [
    candidate.works ? 'works' : '-',
    candidate.engine,
    candidate.device,
    candidate.reason,
  ]);
  return [`Would run: ${engine} on ${device}`, `Runtime: ${runtime}`, `Because: ${reason}`, '', table(rows)].join('\n');
}
