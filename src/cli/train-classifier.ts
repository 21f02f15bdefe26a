/**
 * `dmd-lab train-classifier`: the digits' measure, a small classifier with the feature statistics of the test set.
 */
import { Command } from 'commander';
import { openData } from './data.ts';
import { action, positiveNumber, wholeNumber, withEngine, withOutput, type EngineFlags } from './options.ts';
import type { OutputOptions } from './output.ts';

type Options = OutputOptions &
  EngineFlags & { data: string; out: string; epochs: number; batchSize: number; learningRate: number; seed: number };

export const trainClassifier = (): Command =>
  withOutput(
    withEngine(
      new Command('train-classifier')
        .description(
          'Train the classifier of digits whose features Fréchet distances are measured in, and judge it on the test set.',
        )
        .option('--data <spec>', 'mnist (fetched once) or a directory of IDX files', 'mnist')
        .option('--out <file>', 'the measure, a safetensors file', 'digits-classifier.safetensors')
        .option('--epochs <n>', 'passes over the dataset', wholeNumber(1), 6)
        .option('--batch-size <n>', 'images a step', wholeNumber(1), 64)
        .option('--learning-rate <x>', 'where the cosine begins', positiveNumber, 2e-3)
        .option('--seed <n>', 'everything random follows from it', wholeNumber(0), 0),
    ),
  )
    .addHelpText('after', '\nExample:\n  dmd-lab train-classifier --out weights/digits-classifier.safetensors --json')
    .action(
      action<Options>(async ({ options, output, signal }) => {
        const { startEngine } = await import('../engine/start.ts');
        const { classifierAccuracy, trainClassifier } = await import('../metrics/train-classifier.ts');
        const { DigitsMeasure, digitsOf, featureStatistics } = await import('../metrics/digits.ts');
        const { data, out, epochs, batchSize, learningRate, seed } = options;
        const { engine, device } = await startEngine(options);
        const train = await openData(data, { split: 'train' }, output);
        const test = await openData(data, { split: 'test' }, output);
        output.log(`${train.count} images to train, ${test.count} to test, ${engine} on ${device}`);
        const progress = output.progress('training the classifier', epochs * Math.floor(train.count / batchSize));
        const begin = performance.now();
        const classifier = await trainClassifier(train, {
          epochs,
          batchSize,
          learningRate,
          seed,
          onStep: ({ step, loss }) => {
            signal.throwIfAborted();
            progress.update(step, { loss, imagesPerSecond: (1000 * step * batchSize) / (performance.now() - begin) });
          },
        });
        const accuracy = await classifierAccuracy(classifier, test);
        const reference = await featureStatistics(classifier, digitsOf(test));
        const measure = new DigitsMeasure(classifier, reference);
        await measure.save(out, { data: train.name, accuracy: String(accuracy) });
        measure.dispose();
        output.result(
          { out, accuracy, trained: train.count, tested: test.count, engine, device },
          `${(100 * accuracy).toFixed(2)} % of ${test.count} right; measure in ${out}`,
        );
      }),
    );
