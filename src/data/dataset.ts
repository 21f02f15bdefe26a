/**
 * A dataset of images, held in memory as bytes and handed out in batches of numbers.
 */

/** A batch of images and their classes. */
export interface ImageBatch {
  /** [n, height, width, channels] (NHWC), −1…1. */
  readonly images: Float32Array;
  /** [n]; all zero when the dataset has no classes. */
  readonly labels: Int32Array;
}

/** What a dataset is made of. */
export interface ImageDatasetContent {
  readonly name: string;
  /** [height, width, channels] of one image. */
  readonly shape: readonly [height: number, width: number, channels: number];
  /** [count, height, width, channels], 0…255. */
  readonly pixels: Uint8Array;
  /** [count], each in [0, classes); absent when there are no classes. */
  readonly labels?: Uint8Array | Int32Array;
  /** How many classes the labels tell apart; 0 when there are none. */
  readonly classes: number;
  readonly classNames?: readonly string[];
}

/** Images of one shape, and their classes. */
export class ImageDataset {
  readonly name: string;
  readonly shape: readonly [height: number, width: number, channels: number];
  readonly count: number;
  /** 0 when the images have no classes. */
  readonly classes: number;
  readonly classNames: readonly string[] | undefined;
  private readonly pixels: Uint8Array;
  private readonly labels: Uint8Array | Int32Array | undefined;

  constructor({ name, shape, pixels, labels, classes, classNames }: ImageDatasetContent) {
    this.name = name;
    this.shape = shape;
    this.count = pixels.length / this.imageSize;
    this.classes = classes;
    this.classNames = classNames;
    this.pixels = pixels;
    this.labels = labels;
    if (!Number.isInteger(this.count))
      throw new Error(`internal: ${pixels.length} bytes are no whole number of ${shape.join('×')} images`);
    if ((labels?.length ?? 0) !== (classes > 0 ? this.count : 0))
      throw new Error(`internal: ${labels?.length ?? 0} labels for ${this.count} images of ${classes} classes`);
  }

  /** The images at `indices`, each in [0, count), in that order; bytes 0…255 become −1…1. */
  batch(indices: ArrayLike<number>): ImageBatch {
    const size = this.imageSize;
    const images = new Float32Array(indices.length * size);
    const labels = new Int32Array(indices.length);
    for (let n = 0; n < indices.length; n++) {
      const index = indices[n]!;
      if (!(Number.isInteger(index) && index >= 0 && index < this.count))
        throw new Error(`internal: image ${index} asked of ${this.count}`);
      for (let i = 0; i < size; i++) images[n * size + i] = this.pixels[index * size + i]! / 127.5 - 1;
      labels[n] = this.labels?.[index] ?? 0;
    }
    return { images, labels };
  }

  private get imageSize(): number {
    return this.shape[0] * this.shape[1] * this.shape[2];
  }
}
