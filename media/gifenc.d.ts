/** What is used of gifenc, which comes without types. */
declare module 'gifenc' {
  /** RGB triples. */
  type Palette = readonly (readonly number[])[];
  interface Encoder {
    /** `delay` in milliseconds; a frame without `palette` uses that of the first. */
    writeFrame(
      index: Uint8Array,
      width: number,
      height: number,
      options: { palette?: Palette; delay: number; repeat?: number },
    ): void;
    finish(): void;
    bytes(): Uint8Array<ArrayBuffer>;
  }
  export function GIFEncoder(): Encoder;
  export function quantize(rgba: Uint8ClampedArray, colours: number): Palette;
  export function applyPalette(rgba: Uint8ClampedArray, palette: Palette): Uint8Array;
}
