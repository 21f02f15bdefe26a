/**
 * The numbers of all steps of a run, a column for each quantity, which grow as the run goes on.
 */
import { stepColumns, type StepColumn } from '../../src/dashboard/protocol.ts';

export class Columns {
  /** How many steps there are. */
  length = 0;
  private readonly values = Object.fromEntries(stepColumns.map((name) => [name, new Float32Array(1024)])) as Record<
    StepColumn,
    Float32Array
  >;

  /** The values of `name` so far: a view that the next `append` may leave behind. NaN where a step has none. */
  get(name: StepColumn): Float32Array {
    return this.values[name].subarray(0, this.length);
  }

  /** Appends equally many values to all columns, in the order of `stepColumns`. */
  append(columns: readonly Float32Array[]): void {
    const added = columns[0]?.length ?? 0;
    this.reserve(this.length + added);
    stepColumns.forEach((name, i) => this.values[name].set(columns[i]!, this.length));
    this.length += added;
  }

  /** Takes back the steps after `iteration`. */
  truncate(iteration: number): void {
    const iterations = this.values.iteration;
    while (this.length > 0 && iterations[this.length - 1]! > iteration) this.length--;
  }

  private reserve(length: number): void {
    const capacity = this.values.iteration.length;
    if (length <= capacity) return;
    const grown = Math.max(length, 2 * capacity);
    for (const name of stepColumns) {
      const values = new Float32Array(grown);
      values.set(this.values[name]);
      this.values[name] = values;
    }
  }
}
