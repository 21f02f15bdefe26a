/**
 * Pairs that travel with the package, so that a first run begins at once. Only the images are kept, as a picture; noise and
 * labels follow from the seed. A manifest says of which pairs they are, and they serve for no others.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { readPngGrid, writePngGrid } from '../../data/png.ts';
import { usageError } from '../../errors.ts';

const Manifest = z.object({
  /** The name of the pairs' directory in a cache: a hash of all that they follow from. */
  origin: z.string(),
  count: z.number().int().positive(),
  sampleShape: z.tuple([z.number(), z.number(), z.number()]),
});

const COLUMNS = 64;

/** Writes the images of pairs 0…count−1 to `path` (a .png) and the manifest beside it. */
export async function writeBundle(
  path: string,
  origin: string,
  images: { values: Float32Array; sampleShape: readonly number[] },
): Promise<void> {
  const { values, sampleShape } = images;
  const [height, width, channels] = sampleShape as [number, number, number];
  if (sampleShape.length !== 3)
    throw usageError(`Pairs of \`${sampleShape.join('×')}\` samples are no images; only images can be bundled.`);
  const count = values.length / (height * width * channels);
  await writePngGrid(path, { values, shape: [count, height, width, channels] }, { columns: COLUMNS, gap: 0 });
  await writeFileAtomic(manifestOf(path), `${JSON.stringify({ origin, count, sampleShape }, null, 2)}\n`);
}

export interface Bundle {
  readonly count: number;
  /** [count, …sampleShape] in −1…1, quantised to 256 levels, as a picture is. */
  readonly images: Float32Array;
}

/** The bundle `path`, when its pairs are those of `origin`. */
export async function readBundle(path: string, origin: string): Promise<Bundle | undefined> {
  if (!existsSync(manifestOf(path)) || !existsSync(path)) return undefined;
  const manifest = Manifest.parse(JSON.parse(await readFile(manifestOf(path), 'utf8')));
  if (manifest.origin !== origin) return undefined;
  const { count, sampleShape } = manifest;
  return { count, images: await readPngGrid(path, [count, ...sampleShape], { columns: COLUMNS, gap: 0 }) };
}

const manifestOf = (path: string): string => path.replace(/\.png$/, '.json');
