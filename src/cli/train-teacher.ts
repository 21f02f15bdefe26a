/**
 * `dmd-lab train-teacher`: a diffusion teacher of one's own, trained as EDM trains.
 */
import { Command, InvalidArgumentError } from 'commander';
import type { TeacherTraining, TeacherTrainingReport, TeacherTrainingState } from '../teachers/train.ts';
import { openData } from './data.ts';
import { action, positiveNumber, wholeNumber, withEngine, withOutput, type EngineFlags } from './options.ts';
import type { OutputOptions } from './output.ts';

type Options = OutputOptions &
  EngineFlags & {
    data: string;
    size?: number;
    out: string;
    steps: number;
    batchSize: number;
    learningRate: number;
    seed: number;
    classes?: boolean;
    channels: number[];
    blocks: number[];
    resume?: boolean;
  };

/** Milliseconds between savings of the whole training. */
const SAVE_EVERY = 60_000;

export const trainTeacher = (): Command =>
  withOutput(
    withEngine(
      new Command('train-teacher')
        .description('Train a diffusion teacher, an EDM-preconditioned U-Net, on a dataset of images.')
        .option('--data <spec>', 'mnist (fetched once), a directory of IDX files, or a folder of images', 'mnist')
        .option('--size <pixels>', 'make the images of a folder this many pixels square', wholeNumber(1))
        .option('--out <file>', 'the teacher, a safetensors file', 'teacher.safetensors')
        .option('--steps <n>', 'updates in all', wholeNumber(1), 20_000)
        .option('--batch-size <n>', 'images a step', wholeNumber(1), 64)
        .option('--learning-rate <x>', 'highest rate of AdamW; it ends with half a cosine', positiveNumber, 1e-3)
        .option('--seed <n>', 'everything random follows from it', wholeNumber(0), 0)
        .option('--classes', 'condition the teacher on the classes of the dataset')
        .option('--channels <list>', 'channels at each resolution, highest first', numbers, [32, 64, 96])
        .option('--blocks <list>', 'residual blocks at each resolution, each way', numbers, [1, 2, 2])
        .option('--resume', 'go on where an interrupted training with the same options ended'),
    ),
  )
    .addHelpText(
      'after',
      '\nThe whole training is kept in <file>.training every minute and when it is interrupted.\n\nExamples:\n' +
        '  dmd-lab train-teacher --classes --steps 30000 --out digits.safetensors\n' +
        '  dmd-lab train-teacher --data photos/ --size 32 --channels 64,128,128 --out photos.safetensors\n' +
        '  dmd-lab distill --teacher digits.safetensors',
    )
    .action(
      action<Options>(async ({ options, output, signal }) => {
        const { startEngine } = await import('../engine/start.ts');
        const { unet } = await import('../networks/unet.ts');
        const { saveNetwork } = await import('../networks/build.ts');
        const { startTeacherTraining, trainTeacher } = await import('../teachers/train.ts');
        const { loadTraining, saveTraining } = await import('../teachers/training-file.ts');
        const { out, steps, batchSize, learningRate, seed, channels, blocks } = options;
        const { engine, device } = await startEngine(options);
        const dataset = await openData(options.data, { split: 'train', size: options.size }, output);
        const network = unet({
          imageShape: [...dataset.shape],
          channels: channels as [number, ...number[]],
          blocks: blocks as [number, ...number[]],
          classes: options.classes ? dataset.classes : 0,
        });
        const kept = `${out}.training`;
        const state = options.resume ? await loadTraining(kept, network) : startTeacherTraining(network, seed);
        const parameters = Object.values(state.params).reduce((sum, tensor) => sum + tensor.size, 0);
        output.log(`${parameters} parameters, ${dataset.count} images of ${dataset.name}, ${engine} on ${device}`);

        const training: TeacherTraining = { steps, batchSize, learningRate, seed, reportEvery: 10 };
        const progress = output.progress('training the teacher', steps);
        progress.update(state.step);
        let last: TeacherTrainingReport | undefined;
        let [reportedAt, savedAt] = [performance.now(), performance.now()];
        const trained = await trainTeacher(
          network,
          dataset,
          training,
          {
            signal,
            onReport: (report) => {
              const now = performance.now();
              const done = report.step - (last?.step ?? state.step);
              progress.update(report.step, {
                loss: report.loss,
                imagesPerSecond: (1000 * done * batchSize) / (now - reportedAt),
              });
              [last, reportedAt] = [report, now];
            },
            onState: async (state: TeacherTrainingState) => {
              if (performance.now() - savedAt < SAVE_EVERY) return;
              await saveTraining(kept, network, state);
              savedAt = performance.now();
            },
          },
          state,
        );
        await saveTraining(kept, network, trained);
        await saveNetwork(out, network, trained.average, {
          data: dataset.name,
          training: JSON.stringify({ steps: trained.step, batchSize, learningRate, seed }),
        });
        output.result(
          { out, steps: trained.step, loss: last?.loss ?? null, parameters, images: dataset.count, engine, device },
          `${trained.step < steps ? `stopped after ${trained.step} of ${steps} steps; --resume goes on. ` : ''}teacher in ${out}`,
        );
      }),
    );

function numbers(text: string): number[] {
  const values = text.split(',').map(Number);
  if (values.every((value) => Number.isInteger(value) && value > 0)) return values;
  throw new InvalidArgumentError('It must be whole numbers from 1 with commas between them.');
}
