import { describe, expect, it } from 'vitest';
import schema from '../../../schema/dmd.schema.json';
import { resolveConfig } from '../../../src/runs/configuration/configuration.ts';
import { configRows, matching } from './config-rows.ts';

const plain = resolveConfig({}, {});
const rowsOf = (...configs: object[]) => new Map(configRows(schema, configs).map((row) => [row.key, row]));

describe('configurations side by side', () => {
  it('have every key with its meaning, and nothing is changed by default', () => {
    const rows = configRows(schema, [plain]);
    expect(rows.filter(({ changed }) => changed)).toEqual([]);
    expect(rows.every(({ description }) => description.length > 10)).toBe(true);
    const keys = rows.map(({ key }) => key);
    expect(keys).toEqual(expect.arrayContaining(['steps', 'warmup.fakeSteps', 'timestepRange']));
    expect(keys).not.toContain('$schema');
    expect(keys).not.toContain('warmup');
  });

  it('tell what was changed and what differs, within parts as well', () => {
    const one = { ...plain, steps: 5, warmup: { ...plain.warmup, fakeSteps: 7 }, labels: [1, 2] };
    const rows = rowsOf(one, { ...plain, steps: 5 });
    expect(rows.get('steps')).toMatchObject({ values: ['5', '5'], changed: true, differs: false, default: '1000' });
    expect(rows.get('warmup.fakeSteps')).toMatchObject({ values: ['7', '0'], changed: true, differs: true });
    expect(rows.get('labels')).toMatchObject({ values: ['1, 2', ''], changed: true, differs: true });
    expect(rows.get('seed')).toMatchObject({ changed: false, differs: false });
  });

  it('keep keys that a newer version has added', () => {
    const row = rowsOf(plain, { ...plain, later: { on: true } }).get('later.on');
    expect(row).toMatchObject({ values: ['', 'true'], differs: true });
  });

  it('are searched by words of key, meaning and value', () => {
    const rows = configRows(schema, [{ ...plain, teacher: 'spiral' }]);
    expect(matching(rows, 'SPIRAL').map(({ key }) => key)).toContain('teacher');
    expect(matching(rows, 'rate fake').map(({ key }) => key)).toContain('fakeLearningRate');
    expect(matching(rows, 'no such word')).toEqual([]);
    expect(matching(rows, ' ')).toHaveLength(rows.length);
  });
});
