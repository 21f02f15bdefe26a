/**
 * The pictures that a run has shown, decoded and kept in bounded memory, those that are wanted now first.
 */
import { signal, type ReadonlySignal } from '@preact/signals-core';
import type { App } from '../app.ts';
import type { RunModel } from '../run-model.ts';

/** Bytes of decoded pixels that are kept, and pictures that are asked for at the same time. */
const [MOST_BYTES, TOGETHER] = [96 * 2 ** 20, 4];

/** What names a file with a picture. */
export type Pictured = { readonly image?: string; readonly time: string };

type Wanted = { readonly model: RunModel; readonly event: Pictured };

export class Frames {
  private readonly ready = signal(0);
  /** Counts pictures that have come, or have turned out to be missing. */
  readonly version: ReadonlySignal<number> = this.ready;
  /** In the order of their last use. */
  private readonly kept = new Map<string, ImageBitmap>();
  private readonly missing = new Set<string>();
  private readonly loading = new Set<string>();
  private wanted: readonly Wanted[] = [];
  private bytes = 0;

  constructor(private readonly app: Pick<App, 'host'>) {}

  /** The picture of `event`, to be drawn at once; undefined when it has not come yet. */
  get(model: RunModel, event: Pictured): ImageBitmap | 'missing' | undefined {
    const key = keyOf(model, event);
    const bitmap = this.kept.get(key);
    if (!bitmap) return this.missing.has(key) ? 'missing' : undefined;
    this.kept.delete(key);
    this.kept.set(key, bitmap);
    return bitmap;
  }

  /** Asks for these pictures, the first one first; what was wanted before and has not been asked for is forgotten. */
  want(model: RunModel, events: readonly (Pictured | undefined)[]): void {
    this.wanted = events.flatMap((event) => (event?.image === undefined ? [] : [{ model, event }]));
    this.loadNext();
  }

  private loadNext(): void {
    for (const { model, event } of this.wanted) {
      if (this.loading.size >= TOGETHER) return;
      const key = keyOf(model, event);
      if (this.kept.has(key) || this.missing.has(key) || this.loading.has(key)) continue;
      this.loading.add(key);
      void this.load(key, model.run, event.image!);
    }
  }

  private async load(key: string, run: string, path: string): Promise<void> {
    try {
      const { buffers } = await this.app.host.ask('file', { run, path });
      this.keep(key, await createImageBitmap(new Blob([buffers[0]!], { type: 'image/png' })));
    } catch {
      this.missing.add(key);
    } finally {
      this.loading.delete(key);
      this.ready.value++;
      this.loadNext();
    }
  }

  private keep(key: string, bitmap: ImageBitmap): void {
    this.kept.set(key, bitmap);
    this.bytes += bytesOf(bitmap);
    for (const [oldest, old] of this.kept) {
      if (this.bytes <= MOST_BYTES || oldest === key) break;
      this.kept.delete(oldest);
      this.bytes -= bytesOf(old);
      old.close();
    }
  }
}

const bytesOf = ({ width, height }: ImageBitmap): number => 4 * width * height;

/** A run that was resumed may have drawn another picture of the same name. */
const keyOf = (model: RunModel, event: Pictured): string => `${model.run}\n${event.image}\n${event.time}`;
