// A PNG again in 256 colours: a third of the bytes, for pictures that are kept in the repository.
import gifenc from 'gifenc';
import { crc32, deflateSync } from 'node:zlib';
import { PNG } from 'pngjs';

const { applyPalette, quantize } = gifenc;

/** `png` (a Buffer) with at most 256 colours, or as it is where it has transparency or would not get smaller. */
export function palettePng(png) {
  const { width, height, data } = PNG.sync.read(png);
  if (data.some((value, i) => i % 4 === 3 && value < 255)) return png;
  const palette = quantize(data, 256);
  const indices = applyPalette(data, palette);

  // each row begins with the filter that it is stored by: 0, none
  const rows = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y++) rows.set(indices.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3], 8); // 8 bits, colours by their number

  const smaller = Buffer.concat([
    png.subarray(0, 8),
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(palette.flat())),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
  return smaller.length < png.length ? smaller : png;
}

function chunk(type, content) {
  const body = Buffer.concat([Buffer.from(type), content]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
