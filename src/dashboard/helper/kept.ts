/**
 * What takes long to open, kept for the next time: the least recently used is let go when there are too many.
 */
export class Kept<T> {
  private readonly values = new Map<string, T>();

  /** Keeps up to `most` values; `release` frees one. */
  constructor(
    private readonly most: number,
    private readonly release: (value: T) => void,
  ) {}

  /** The value of `key`, opened when it is not here. It stays this object's: use it before the next is asked for. */
  async get(key: string, open: () => Promise<T>): Promise<T> {
    const found = this.values.get(key);
    this.values.delete(key);
    const value = found ?? (await open());
    this.values.set(key, value);
    for (const [oldest, old] of this.values) {
      if (this.values.size <= this.most) break;
      this.values.delete(oldest);
      this.release(old);
    }
    return value;
  }

  clear(): void {
    for (const value of this.values.values()) this.release(value);
    this.values.clear();
  }
}
