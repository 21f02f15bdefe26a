/** IDX files for tests. */

/** The bytes of an IDX file with sizes `shape`, of type `type` (default: unsigned bytes). */
export function idxBytes(shape: readonly number[], values: ArrayLike<number>, type = 0x08): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header[2] = type;
  header[3] = shape.length;
  shape.forEach((size, i) => header.writeUInt32BE(size, 4 + 4 * i));
  return Buffer.concat([header, Uint8Array.from(values)]);
}
