import { expect, test } from 'vitest';
import { fileHtml, problemHtml, type Words } from './html.ts';
import type { Description } from './describe.ts';

const words: Words = {
  samples: 'Samples',
  provenance: 'Provenance',
  tensors: 'Tensors',
  columns: ['name', 'shape', 'elements', 'norm', 'mean', 'largest'],
  size: '1.2 kB',
  broken: (count) => `${count} not finite`,
};
const tensor = { name: 'w', shape: [2, 3], elements: 6, norm: 1.23456, mean: 0, largest: 1, broken: 0 };
const description: Description = { bytes: 9, elements: 6, tensors: [tensor], metadata: {}, isGenerator: true };

test('tensors are rows, with shapes and norms', () => {
  const html = fileHtml('g.safetensors', description, undefined, words);
  expect(html).toContain('<th scope="row">w</th><td>2 × 3</td><td class="number">6</td><td class="number">1.235</td>');
  expect(html).not.toContain('Samples');
  expect(html).not.toContain('Provenance');
});

test('what a file holds is never markup', () => {
  const hostile = '<img src=x onerror="alert(1)">&\'';
  const html =
    fileHtml(
      hostile,
      { ...description, tensors: [{ ...tensor, name: hostile }], metadata: { [hostile]: hostile } },
      { text: hostile },
      words,
    ) + problemHtml(hostile, hostile);
  expect(html).not.toMatch(/<img|onerror="|<script/);
  expect(html.match(/&#60;img src=x/g)).toHaveLength(9);
});

test('samples are a picture within the page, and elements that are not finite are told', () => {
  const broken = { ...description, tensors: [{ ...tensor, broken: 2, norm: NaN }] };
  const html = fileHtml('g', broken, { png: Uint8Array.of(1, 2, 3) }, words);
  expect(html).toContain('<img class="samples" src="data:image/png;base64,AQID" alt="Samples" />');
  expect(html).toContain('2 not finite');
  expect(html).not.toContain('NaN');
});
