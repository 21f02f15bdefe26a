/**
 * Opens what `--data` names, and shows how far it is with fetching.
 */
import type { ImageDataset } from '../data/dataset.ts';
import type { OpenOptions } from '../data/open.ts';
import type { Output } from './output.ts';
import type { Progress } from './progress.ts';

export async function openData(spec: string, options: OpenOptions, output: Output): Promise<ImageDataset> {
  const { openDataset } = await import('../data/open.ts');
  let progress: Progress | undefined;
  const onProgress = (received: number, total: number): void => {
    progress ??= output.progress(`fetching ${spec}, bytes`, total);
    progress.update(received);
  };
  const dataset = await openDataset(spec, { ...options, onProgress });
  output.endProgress();
  return dataset;
}
