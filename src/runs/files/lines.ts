/**
 * The lines of a file that comes in pieces, without holding more than one of them.
 */

/** Bytes of the longest line that is kept; what comes of a longer one is passed over. */
export const LONGEST_LINE = 2 ** 22;

const NEWLINE = 10;

export interface Line {
  readonly text: string;
  /** How many bytes of the file end with this line. */
  readonly end: number;
}

/** Takes the bytes of a file piece by piece and gives its lines, each as soon as it has ended. */
export class LineSplitter {
  private parts: Buffer[] = [];
  private size = 0;

  /** `position`: how many bytes come before the first piece. */
  constructor(private position = 0) {}

  /** How many bytes come before the next piece. */
  get end(): number {
    return this.position;
  }

  /** The lines that end within `piece`; one that is too long is passed over. The piece must stay as it is. */
  *push(piece: Buffer): Generator<Line> {
    let begin = 0;
    for (let end = piece.indexOf(NEWLINE); end >= 0; end = piece.indexOf(NEWLINE, begin)) {
      this.hold(piece.subarray(begin, end));
      const text = this.release();
      this.position += end + 1 - begin;
      begin = end + 1;
      if (text !== undefined) yield { text, end: this.position };
    }
    this.hold(piece.subarray(begin));
    this.position += piece.length - begin;
  }

  /** What has no end yet, as if it ended here. */
  *rest(): Generator<Line> {
    const text = this.release();
    if (text) yield { text, end: this.position };
  }

  private hold(part: Buffer): void {
    this.size += part.length;
    if (this.size > LONGEST_LINE) this.parts = [];
    else this.parts.push(part);
  }

  private release(): string | undefined {
    const whole = this.parts.length === 1 ? this.parts[0]! : Buffer.concat(this.parts);
    const text = this.size > LONGEST_LINE ? undefined : whole.toString();
    [this.parts, this.size] = [[], 0];
    return text;
  }
}
