import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { distillCells } from './distill-cells.ts';

const codeOf = (...run: Parameters<typeof distillCells>) =>
  distillCells(...run).flatMap((cell) => ('code' in cell ? [cell.code] : []));

test('the configuration stands in the cell as a person would write it', () => {
  const [first] = codeOf({
    config: { teacher: 'two-modes', warmup: { fakeSteps: 3 } },
    preset: 'long',
    out: '/runs/a b',
  });
  expect(first).toContain(
    "distiller({ teacher: 'two-modes', warmup: { fakeSteps: 3 } }, { preset: 'long', out: '/runs/a b' });",
  );
  expect(codeOf({ config: {} })[0]).toContain('distiller({});');
});

test.each(["it's `here`.safetensors", 'C:\\new\\teacher.safetensors', '${x}\n'])(
  'a teacher called %j stays what it is',
  (teacher) => {
    const config = { teacher, steps: 30 };
    const [, given] = /distiller\((.*)\);\nrun$/s.exec(codeOf({ config })[0]!)!;
    // of another realm, whose objects are no equals
    expect(JSON.parse(JSON.stringify(runInNewContext(`(${given})`)))).toEqual(config);
  },
);
