/**
 * docs/runs.md tells of every event, message and state of the contract, and of nothing else.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { controlMessages, runStates } from '../src/runs/contract.ts';
import { tableOf } from './page.ts';

const page = readFileSync('docs/runs.md', 'utf8');

test('every event', () => {
  const [events] = readFileSync('src/runs/contract.ts', 'utf8').split('// ---- control');
  const types = [...events!.matchAll(/readonly type: '(\w+)'/g)].map(([, type]) => type);
  expect(types.length).toBeGreaterThan(10);
  expect(tableOf(page, 'Events').sort()).toEqual([...new Set(types)].sort());
});

test('every message', () => {
  expect(tableOf(page, 'Messages').sort()).toEqual(Object.keys(controlMessages).sort());
});

test('every state', () => {
  const [, named] = /^States: (.+)\.$/m.exec(page)!;
  expect(named!.replaceAll('`', '').split(', ').sort()).toEqual([...runStates].sort());
});
