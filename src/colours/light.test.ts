import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { toHex } from './diverging.ts';
import { diverging, fakeColour, realColour, seriesColours } from './light.ts';

const styles = ['theme', 'scores'].map((name) =>
  readFileSync(new URL(`../../media/dashboard/styles/${name}.css`, import.meta.url), 'utf8'),
);
/** The light theme comes first in the dashboard's styles. */
const lightColour = (name: string) => new RegExp(`--${name}: (#[0-9a-f]{6})`).exec(styles.join('\n'))?.[1];

test('drawings have the colours of the dashboard’s light theme', () => {
  expect(seriesColours).toEqual(seriesColours.map((_, i) => lightColour(`series-${i}`)));
  expect([realColour, fakeColour]).toEqual([lightColour('real'), lightColour('fake')]);
  expect([diverging.minus, diverging.zero, diverging.plus].map(toHex)).toEqual(
    ['minus', 'zero', 'plus'].map((end) => lightColour(`diverging-${end}`)),
  );
});
