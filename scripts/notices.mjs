// The licences of the packages that esbuild put into a bundle, as they ask for it.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import licences from 'spdx-license-list/full.js';

/** The licence of every package that one of the files `inputs` (keys of esbuild's metafile) is of. */
export async function notices(inputs) {
  const folders = new Set(inputs.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []));
  const texts = await Promise.all([...folders].sort().map(notice));
  return texts.join('\n\n---\n\n');
}

async function notice(folder) {
  const { name, version, license, author, repository } = JSON.parse(
    await readFile(join(folder, 'package.json'), 'utf8'),
  );
  const files = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isFile());
  const own = files.map(({ name }) => name).filter((file) => /^(licen[cs]e|notice)/i.test(file));
  const texts = own.some((file) => /^licen/i.test(file))
    ? await Promise.all(own.map((file) => readFile(join(folder, file), 'utf8')))
    : [`By ${author?.name ?? author ?? `the authors of ${repository?.url}`}.`, ...standardTexts(name, license)];
  return [`${name} ${version} (${license})`, ...texts.map((text) => text.trim())].join('\n\n');
}

/** The text of the licence `expression` of a package that comes without it. */
function standardTexts(name, expression) {
  const ids = String(expression).match(/[\w.-]+/g) ?? [];
  const known = ids.filter((id) => id in licences);
  if (known.length === 0)
    throw new Error(`The package ${name}, which is bundled, has the unknown licence ${expression}.`);
  return known.map((id) => licences[id].licenseText);
}
