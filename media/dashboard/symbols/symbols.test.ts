import temml from 'temml';
import { expect, test } from 'vitest';
import symbols from './symbols.json';

test('every symbol has a sentence, and TeX that can be set', () => {
  for (const [name, { tex, says, equation }] of Object.entries(symbols)) {
    expect(says, name).toMatch(/^[A-Z][^.]+\.$/);
    for (const source of [tex, equation])
      expect(temml.renderToString(source, { throwOnError: true }), name).toMatch(/^<math.*<\/math>$/s);
  }
});
