// Draws media/icon.png, which the marketplace wants as pixels, out of media/icon.svg.
import { readFile, writeFile } from 'node:fs/promises';
import { Resvg } from '@resvg/resvg-js';

const svg = await readFile('media/icon.svg', 'utf8');
await writeFile('media/icon.png', new Resvg(svg, { fitTo: { mode: 'width', value: 128 } }).render().asPng());
