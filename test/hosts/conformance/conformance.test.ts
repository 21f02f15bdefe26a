/** Every spec of TensorFlow.js that passes on its own cpu backend passes on the onnx engine, and none by falling back. */
import { describe, expect, it } from 'vitest';
import { DIFFERENCES } from './differences.ts';
import { NOT_LOWERED } from '../../engine/not-lowered.ts';
import { readReport, type SpecResult } from './report.ts';

const onnx = readReport('onnx');
const byName = new Map(onnx.specs.map((s) => [s.name, s]));
/** A spec's name says the backend after what each of its groups is about. */
const nameOnOnnx = (name: string) => name.replaceAll(' cpu {} ', ' onnx {} ');
/** Specs that TensorFlow.js declares for its cpu backend alone. */
const expected = readReport('cpu').specs.filter((s) => s.status === 'passed');
const shared = expected.filter((s) => byName.has(nameOnOnnx(s.name)));

describe('the specs of TensorFlow.js', () => {
  it('are those that its cpu backend passes, but for a few about that backend', () => {
    expect(expected.length).toBeGreaterThan(4200);
    expect(expected.length - shared.length).toBeLessThanOrEqual(2);
  });

  it('differ where the list says, with at most twenty differences', () => {
    const names = Object.keys(DIFFERENCES);
    expect(names.length).toBeLessThanOrEqual(20);
    // a difference that is gone leaves the list
    for (const name of names) expect(byName.get(name)?.status, name).toBe('failed');
  });

  it.each(shared.map(({ name }) => nameOnOnnx(name)).filter((name) => !(name in DIFFERENCES)))('%s', (name) => {
    const { status, message } = byName.get(name) as SpecResult;
    expect(status, message).toBe('passed');
  });
});

describe('the kernels', () => {
  it('are lowered, but for those of a list', () => {
    const others = onnx.kernels.filter((k) => !onnx.lowered.includes(k));
    expect(others).toEqual(Object.values(NOT_LOWERED).flat().sort());
  });
});
