/**
 * Figures that follow what they show: drawn anew in their place whenever something has come, as often as can be seen.
 */
import { randomUUID } from 'node:crypto';
import { messageOf } from '../errors.ts';
import type { Figure } from './figure.ts';
import { kernelHost, type MimeBundle } from './kernel-host.ts';
import { display } from './show.ts';

/** Milliseconds from one drawing to the next; and of a slow one, this many times what it took: training has the rest. */
const [PACE, REST] = [100, 3];

/** What tells of changes, as runs do; `onEvent` gives back what ends the telling. */
export interface Watched {
  onEvent(listener: () => void): () => void;
}

const following = new Set<LiveFigure>();

/**
 * Shows what `draw` gives, and draws it anew while `of` tells of events, at most ten times a second and for a third of the time; without `of`, whenever
 * `update()` is called. Steps that a run takes in a cell end with the last drawing, which has its PNG.
 *
 * ```ts
 * const run = await distiller({ teacher: 'two-modes' });
 * live(() => losses(run), run);
 * await run.step(200);
 * ```
 */
export function live(draw: () => Figure, of?: Watched): LiveFigure {
  const figure = new LiveFigure(draw);
  following.add(figure);
  const leave = of?.onEvent(() => figure.update());
  figure.onClose = () => {
    following.delete(figure);
    leave?.();
  };
  figure.update();
  return figure;
}

/** Draws all live figures as they are to be kept: with what came last, and their PNG. */
export async function settleLive(): Promise<void> {
  await Promise.all([...following].map((figure) => figure.settle()));
}

export class LiveFigure {
  /** For `live`. */
  onClose: (() => void) | undefined;
  private readonly id = randomUUID();
  private isShown = false;
  private isDue = false;
  private isQuick = false;
  private timer: NodeJS.Timeout | undefined;
  private nextAt = 0;
  private drawing: Promise<void> = Promise.resolve();

  /** For `live`. */
  constructor(private readonly draw: () => Figure) {}

  /** Lets it be drawn anew, soon. */
  update(): void {
    this.isDue = true;
    // a script has no place where it could be drawn again
    if (!kernelHost()) return;
    this.timer ??= setTimeout(
      () => {
        this.timer = undefined;
        void this.next(true);
      },
      Math.max(0, this.nextAt - performance.now()),
    );
  }

  /** Resolves when what came last is shown, with its PNG. */
  async settle(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.drawing;
    if (this.isDue || this.isQuick) await this.next(false);
  }

  /** Draws it for the last time, and follows no more. */
  async close(): Promise<void> {
    this.onClose?.();
    await this.settle();
  }

  private next(quick: boolean): Promise<void> {
    this.drawing = this.drawing.then(async () => {
      this.isDue = false;
      const begin = performance.now();
      const update = this.isShown;
      this.isShown = true;
      const bundle = await drawn(this.draw, quick);
      display(bundle, { id: this.id, update });
      this.isQuick = quick;
      this.nextAt = begin + Math.max(PACE, REST * (performance.now() - begin));
    });
    return this.drawing;
  }
}

/** What `draw` gives in its forms, or why it gives nothing: what follows a run goes on when one drawing fails. */
async function drawn(draw: () => Figure, quick: boolean): Promise<MimeBundle> {
  try {
    return await draw().bundle({ quick });
  } catch (error) {
    return { data: { 'text/plain': messageOf(error) } };
  }
}
