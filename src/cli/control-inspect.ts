/**
 * `dmd-lab control RUN inspect`: Algorithm 1 laid open, of a live run or of the last checkpoint of another.
 */
import { Command } from 'commander';
import { usageError } from '../errors.ts';
import type { InspectReply, TensorPayload } from '../runs/contract.ts';
import type { InspectMessage } from '../runs/observation/inspect.ts';
import { askRun, WAITS_NO_MORE } from './ask-run.ts';
import { numberOr } from './configuration-options.ts';
import { figure } from './figures.ts';
import { action, withOutput } from './options.ts';
import type { OutputOptions } from './output.ts';
import { table } from './table.ts';

type Options = OutputOptions & { samples: (string | number)[]; t: string | number; layer?: string; out?: string };

export const inspect = (run: string): Command =>
  withOutput(
    new Command('inspect')
      .description('Lay Algorithm 1 open at some samples and a noise level. Works on a run that has ended, too.')
      .option('--samples <n,n,...>', "which of the run's fixed samples", (text) => text.split(',').map(numberOr), [0])
      .requiredOption('--t <level>', "the noise level, in the teacher's own unit; the next one there is", numberOr)
      .option('--layer <name>', 'how the weights and gradients of this layer are distributed, too')
      .option('--out <file>', 'writes the tensors as NAME.safetensors, or all as NAME.json'),
  )
    .addHelpText(
      'after',
      '\nThe tensors: z, x = G(z), eps, x_t, mu_real, mu_fake, s_real, s_fake, difference = mu_fake - mu_real, and the\n' +
        'weighted gradient on x (Eq. 7), with a first axis for the samples.\n\n' +
        'Examples:\n  dmd-lab control latest inspect --samples 0,1,2 --t 1.5\n' +
        '  dmd-lab control latest inspect --samples 0,1,2 --t 1.5 --out look.safetensors',
    )
    .action(
      action<Options>(async ({ options: { samples, t, layer, out }, output, signal }) => {
        const { findRun } = await import('../runs/directory/find-run.ts');
        const write = out === undefined ? undefined : writerFor(out);
        const directory = await findRun(run);
        const message = { type: 'inspect', samples, t, layer } as InspectMessage;
        const reply = await lookInto(directory, message, signal);
        await write?.(reply);
        // what is in the file need not come twice
        const { tensors, ...rest } = reply;
        output.result(out === undefined ? reply : { ...rest, out }, describe(reply, tensors, out));
      }, WAITS_NO_MORE),
    );

async function lookInto(directory: string, message: InspectMessage, signal: AbortSignal): Promise<InspectReply> {
  const { checkMessage } = await import('../runs/control/check-message.ts');
  const { isLive, readStatus } = await import('../runs/directory/status.ts');
  checkMessage(message);
  const status = await readStatus(directory);
  if (status && (await isLive(status))) return askRun(directory, message, signal);
  const { inspectCheckpoint } = await import('../runs/training/inspect-checkpoint.ts');
  return inspectCheckpoint(directory, message);
}

function writerFor(out: string): (reply: InspectReply) => Promise<void> {
  if (out.endsWith('.json')) {
    return async (reply) => {
      const { replaceJson } = await import('../runs/files/replace-file.ts');
      await replaceJson(out, reply);
    };
  }
  if (out.endsWith('.safetensors')) {
    return async (reply) => {
      const { replaceFile } = await import('../runs/files/replace-file.ts');
      const { encodeSafetensors } = await import('../networks/safetensors.ts');
      const { samples, labels, t, sigma, weight } = reply;
      const tensors = new Map(
        Object.entries(reply.tensors).map(([name, payload]) => [
          name,
          { shape: payload.shape, values: valuesOf(payload) },
        ]),
      );
      const facts = Object.entries({ samples, labels, t, sigma, weight }).filter(([, value]) => value !== undefined);
      const metadata = Object.fromEntries(facts.map(([name, value]) => [name, JSON.stringify(value)]));
      await replaceFile(out, encodeSafetensors({ tensors, metadata }));
    };
  }
  throw usageError(`\`--out\` must be NAME.safetensors or NAME.json, not \`${out}\`.`);
}

/** The numbers of a tensor as it crossed the socket. */
function valuesOf({ base64 }: TensorPayload): Float32Array {
  // a copy, for a small Buffer may lie anywhere in a pool
  return new Float32Array(Uint8Array.from(Buffer.from(base64, 'base64')).buffer);
}

function describe(reply: InspectReply, tensors: InspectReply['tensors'], out: string | undefined): string {
  const rows = Object.entries(tensors).map(([name, payload]) => {
    const values = valuesOf(payload);
    const rms = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
    const [least, most] = values.reduce(
      ([least, most], value) => [Math.min(least, value), Math.max(most, value)] as const,
      [Infinity, -Infinity] as const,
    );
    return [name, payload.shape.join('×'), figure(rms), figure(least), figure(most)];
  });
  const { samples, t, sigma, weight, layer } = reply;
  const { name, ...histograms } = layer ?? {};
  return [
    `samples ${samples.join(', ')} at t ${figure(t)}, σ ${figure(sigma)}, weights ${weight.map(figure).join(' ')}`,
    '',
    table([['tensor', 'shape', 'rms', 'least', 'most'], ...rows]),
    ...(name === undefined
      ? []
      : [
          '',
          `${name}: ${Object.entries(histograms)
            .map(([of, { norm }]) => `${of} has the norm ${figure(norm)}`)
            .join(', ')}`,
        ]),
    ...(out === undefined ? [] : ['', `wrote ${out}`]),
  ].join('\n');
}
