/** FEATURES.md says what the code does. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { features } from './features.ts';

it('FEATURES.md is current; `npm run features` makes it anew', () => {
  expect(readFileSync('FEATURES.md', 'utf8')).toBe(features());
});

it('gives each kernel that is not lowered a reason', () => {
  expect(features()).not.toContain('undefined');
});
