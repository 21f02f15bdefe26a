/**
 * `dmd-lab sample`: one-step samples of a generator, as a picture, a folder of pictures or an array.
 */
import { Command, InvalidArgumentError } from 'commander';
import { usageError } from '../errors.ts';
import { action, wholeNumber, withEngine, withOutput, type EngineFlags } from './options.ts';
import type { OutputOptions } from './output.ts';

type Options = OutputOptions & EngineFlags & { out: string; count: number; seed: number; labels?: number[] };

export const sample = (): Command =>
  withOutput(
    withEngine(
      new Command('sample')
        .description('Draw one-step samples from the generator of a run, a checkpoint or a generator.safetensors.')
        .argument(
          '<from>',
          'a run, by its directory, its name or `latest`, a checkpoint folder or a generator.safetensors',
        )
        .option('--out <path>', 'NAME.png: a grid; NAME.npy: an array; else a folder of PNG files', 'samples.png')
        .option('--count <n>', 'how many', wholeNumber(1), 64)
        .option('--seed <n>', 'of the noise', wholeNumber(0), 0)
        .option('--labels <list>', 'classes to draw in turn, such as 3 or 0,1,2 (default: all)', numbers),
    ),
  )
    .addHelpText(
      'after',
      '\nExamples:\n  dmd-lab sample .dmd/runs/2026-11-05T14-03-22-mnist --count 100\n' +
        '  dmd-lab sample runs/a/checkpoints/step-00000400 --labels 3,8 --out threes-and-eights\n' +
        '  dmd-lab sample generator.safetensors --count 10000 --out samples.npy --json',
    )
    .action(
      action<Options, [string]>(async ({ options, output, signal }, from) => {
        const { startEngine } = await import('../engine/start.ts');
        const { findGenerator } = await import('../runs/generator/find-generator.ts');
        const { drawOfFile, loadGenerator } = await import('../runs/generator/generator-file.ts');
        const { drawnWhole } = await import('../runs/generator/draw.ts');
        const { count, seed, out } = options;
        const path = await findGenerator(from);
        const { engine, device } = await startEngine(options);
        const loaded = await loadGenerator(path);
        const { sampleShape, classes } = loaded.generator;
        const labels = chosenLabels(options.labels, classes);
        const progress = output.progress('sampling', count);
        const begin = performance.now();
        const values = await drawnWhole(
          drawOfFile(loaded),
          { purpose: 'samples', seed, count, sampleShape, labels },
          (done) => {
            signal.throwIfAborted();
            progress.update(done);
          },
        );
        const seconds = (performance.now() - begin) / 1000;
        await write(out, values, [count, ...sampleShape]);
        output.result(
          {
            out,
            generator: path,
            count,
            shape: [count, ...sampleShape],
            imagesPerSecond: count / seconds,
            engine,
            device,
          },
          `${count} samples in ${out}`,
        );
      }),
    );

function numbers(text: string): number[] {
  const values = text.split(',').map(Number);
  if (values.every((value) => Number.isInteger(value) && value >= 0)) return values;
  throw new InvalidArgumentError('It must be whole numbers from 0 with commas between them.');
}

function chosenLabels(asked: number[] | undefined, classes: number): number[] {
  const wrong = asked?.find((label) => label >= classes);
  if (wrong !== undefined) {
    const known = classes > 0 ? `knows the classes 0 to ${classes - 1}` : 'knows no classes; leave --labels out';
    throw usageError(`--labels names \`${wrong}\`, and this generator ${known}.`);
  }
  return asked ?? Array.from({ length: classes }, (_, label) => label);
}

async function write(out: string, values: Float32Array, shape: number[]): Promise<void> {
  if (out.endsWith('.npy')) {
    const { writeNpy } = await import('../data/npy.ts');
    return writeNpy(out, { values, shape });
  }
  const { writePngs } = await import('../data/png.ts');
  const { drawSamples, pictureSize } = await import('../runs/charts/pictures.ts');
  const { replaceFile } = await import('../runs/files/replace-file.ts');
  const [n, ...sampleShape] = shape as [number, ...number[]];
  const images = sampleShape.length === 3;
  if (out.endsWith('.png')) {
    const columns = Math.min(n, Math.max(pictureSize(sampleShape, 0).columns, Math.ceil(Math.sqrt(n))));
    const png = await drawSamples({ values, shape: sampleShape }, columns, `${n} samples`);
    if (png) return replaceFile(out, png);
  } else if (images) {
    return writePngs(out, { values, shape: shape as [number, number, number, number] });
  }
  throw usageError(
    `Samples of the shape \`${sampleShape.join('×')}\` are no pictures for \`${out}\`; give \`--out NAME.npy\`.`,
  );
}
