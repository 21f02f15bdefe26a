/**
 * Work on one thing, one piece after another in the order asked for; a long piece can let small ones in between.
 */
export class Turns {
  private last: Promise<unknown> = Promise.resolve();
  private readonly small: (() => Promise<void>)[] = [];

  /** Does `work` when all that was asked for before has ended, well or badly. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work);
    this.last = turn.catch(() => undefined);
    return turn;
  }

  /** Does `work`, which must leave alone what longer pieces rely on, in its turn, or when one before it breathes. */
  slipIn<T>(work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      // work that throws before it returns a promise has failed too
      const piece = () => Promise.resolve().then(work).then(resolve, reject);
      this.small.push(piece);
      void this.take(async () => {
        const at = this.small.indexOf(piece);
        if (at >= 0) await this.small.splice(at, 1)[0]!();
      });
    });
  }

  /** Called within a long piece: lets those in that have slipped in since. */
  async breathe(): Promise<void> {
    for (let piece = this.small.shift(); piece; piece = this.small.shift()) await piece();
  }
}
