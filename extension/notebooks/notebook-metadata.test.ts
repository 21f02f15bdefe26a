import { expect, test } from 'vitest';
import { isOurs, withOurKernel } from './notebook-metadata.ts';

const notebook = (metadata: unknown) => ({ nbformat: 4, metadata });

test.each([
  ['our kernelspec', { kernelspec: { name: 'dmd-lab', language: 'typescript' } }, true],
  ["tslab's", { kernelspec: { name: 'tslab', language: 'typescript' } }, true],
  ['the language alone', { language_info: { name: 'typescript' } }, true],
  ['Python', { kernelspec: { name: 'python3' }, language_info: { name: 'python' } }, false],
  ["another's TypeScript", { kernelspec: { name: 'deno' }, language_info: { name: 'typescript' } }, false],
  ['nothing', {}, false],
  ['no object', 'typescript', false],
])('a notebook that says %s', (_, metadata, ours) => {
  expect(isOurs(notebook(metadata))).toBe(ours);
});

test('a notebook without metadata is not ours', () => {
  expect(isOurs({})).toBe(false);
});

test('our kernel is written once, and the rest stays', () => {
  const written = withOurKernel(notebook({ title: 'A study', kernelspec: { name: 'tslab' } }))!;
  expect(written).toMatchObject({ nbformat: 4, metadata: { title: 'A study', kernelspec: { name: 'dmd-lab' } } });
  expect(isOurs(written)).toBe(true);
  expect(withOurKernel(written)).toBeUndefined();
});
