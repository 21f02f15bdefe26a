/**
 * How far something is: a bar with the time left on a terminal, plain lines now and then elsewhere.
 */
import cliProgress, { type MultiBar, type SingleBar } from 'cli-progress';
import { duration } from './figures.ts';

export interface ProgressOptions {
  quiet?: boolean;
  stream?: NodeJS.WriteStream;
  /** Milliseconds, for tests. */
  now?: () => number;
}

/** What is told beside the bar. */
export interface ProgressDetail {
  loss?: number;
  imagesPerSecond?: number;
}

/** Milliseconds between plain lines; the first comes earlier, so that one sees that it works. */
const [FIRST_LINE, EVERY_LINE] = [2_000, 15_000];

export class Progress {
  private readonly bars: MultiBar | undefined;
  private readonly bar: SingleBar | undefined;
  private readonly stream: NodeJS.WriteStream;
  private readonly now: () => number;
  private readonly quiet: boolean;
  private readonly started: number;
  private startedWith: number | undefined;
  private lastLine: number | undefined;

  constructor(
    private readonly title: string,
    private readonly total: number,
    { quiet = false, stream = process.stderr, now = Date.now }: ProgressOptions = {},
  ) {
    this.stream = stream;
    this.now = now;
    this.quiet = quiet;
    this.started = now();
    if (quiet || !stream.isTTY) return;
    // a MultiBar, because it can write lines above its bars
    this.bars = new cliProgress.MultiBar({
      stream,
      format: '{title} {bar} {percentage} %  {value}/{total}{detail}',
      barCompleteChar: '█',
      barIncompleteChar: '░',
      barsize: 24,
      fps: 8,
      hideCursor: true,
      autopadding: true,
    });
    this.bar = this.bars.create(total, 0, { title, detail: '' });
  }

  /** `done` of the total, from 0. */
  update(done: number, detail: ProgressDetail = {}): void {
    // what was there before the start took no time
    this.startedWith ??= done;
    const text = describeDetail(this.secondsLeft(done), detail);
    this.bar?.update(done, { detail: text });
    if (this.bar || this.quiet) return;
    const now = this.now();
    const waits = this.lastLine === undefined ? FIRST_LINE : EVERY_LINE;
    if (now - (this.lastLine ?? this.started) < waits && !(done === this.total && this.lastLine !== undefined)) return;
    this.lastLine = now;
    this.stream.write(`${this.title}: ${done}/${this.total} (${percent(done, this.total)} %)${text}\n`);
  }

  /** Writes a line without disturbing the bar. */
  above(text: string): void {
    if (this.bars) this.bars.log(text + '\n');
    else this.stream.write(text + '\n');
  }

  stop(): void {
    this.bars?.update();
    this.bars?.stop();
  }

  private secondsLeft(done: number): number | undefined {
    const made = done - this.startedWith!;
    if (made <= 0 || done >= this.total) return undefined;
    return ((this.now() - this.started) / 1000 / made) * (this.total - done);
  }
}

const percent = (done: number, total: number): number => Math.floor((100 * done) / Math.max(1, total));

function describeDetail(secondsLeft: number | undefined, { loss, imagesPerSecond }: ProgressDetail): string {
  return [
    secondsLeft === undefined ? '' : `  ${duration(secondsLeft)} left`,
    loss === undefined ? '' : `  loss ${loss.toPrecision(3)}`,
    imagesPerSecond === undefined ? '' : `  ${Number(imagesPerSecond.toPrecision(3))} images/s`,
  ].join('');
}
