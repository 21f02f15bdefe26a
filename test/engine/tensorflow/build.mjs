// Makes @tensorflow/tfjs-node run on Linux x64 where its install script cannot download libtensorflow: npm gives the package,
// PyPI a wheel of the same TensorFlow, a compiler the binding between them. Needs Python with pip, g++, make and binutils.
//
//     node test/engine/tensorflow/build.mjs [FOLDER]
//
// FOLDER, by default `.cache/tensorflow`, then is a place where a user has installed tfjs-node: the command, run in it, finds the
// engine `tensorflow`, and tensorflow.test.ts tests that. It is made aside and renamed, so that it is there whole or not at all.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { unzipSync } from 'fflate';
import { installNode, npm } from '../../../scripts/tools.mjs';

const PACKAGE = '@tensorflow/tfjs-node';
const VERSION = '4.22.0';
/** The libtensorflow that this version is made for. */
const TENSORFLOW = '2.9.1';
const INTERNAL = '_pywrap_tensorflow_internal.so';
const FRAMEWORK = 'libtensorflow_framework.so';
/** What the binding needs of the wheel, and where it looks for it. */
const places = [
  ['tensorflow/include/tensorflow/c/', 'include/tensorflow/c/'],
  ['tensorflow/include/tensorflow/core/platform/', 'include/tensorflow/core/platform/'],
  [`tensorflow/python/${INTERNAL}`, `lib/${INTERNAL}`],
  [`tensorflow/${FRAMEWORK}.2`, `lib/${FRAMEWORK}.2`],
];
const CHECK = `
  require('node:util').isNullOrUndefined ??= (v) => v === null || v === undefined;
  const tf = require('${PACKAGE}');
  const product = tf.matMul(tf.tensor2d([[1, 2], [3, 4]]), tf.tensor2d([[5, 6], [7, 8]])).dataSync().join();
  if (tf.getBackend() !== 'tensorflow' || product !== '19,22,43,50') throw new Error(tf.getBackend() + ': ' + product);
  console.log('TensorFlow ' + tf.backend().binding.TF_Version + ' multiplies matrices');
`;

const run = (command, args, cwd) => execFileSync(command, args, { cwd, stdio: ['ignore', 2, 2] });

if (`${process.platform}-${process.arch}` !== 'linux-x64') {
  console.error(`This is for Linux x64, and here is ${process.platform}-${process.arch}.`);
  process.exit(2);
}
const folder = resolve(process.argv[2] ?? '.cache/tensorflow');
if (existsSync(folder)) {
  console.log(`${folder} is there already; remove it to build anew.`);
  process.exit();
}
await mkdir(dirname(folder), { recursive: true });
const aside = await mkdtemp(`${folder}-`);
try {
  await writeFile(join(aside, 'package.json'), JSON.stringify({ private: true, dependencies: { [PACKAGE]: VERSION } }));
  npm(['install'], aside);
  const deps = join(aside, 'node_modules', PACKAGE, 'deps');
  await unpackWheel(deps);
  await makeLibrary(join(deps, 'lib'));
  npm(['exec', '-c', 'node-pre-gyp install --build-from-source'], dirname(deps), await nodeWithHeaders());
  run(process.execPath, ['-e', CHECK], aside);
  await rename(aside, folder);
} finally {
  await rm(aside, { recursive: true, force: true });
}
console.log(`${PACKAGE} ${VERSION} is in ${folder}`);

async function unpackWheel(deps) {
  const downloads = join(aside, 'wheel');
  const options = ['--quiet', '--no-deps', '--python-version', '3.10', '--only-binary=:all:', '--dest', downloads];
  run('python3', ['-m', 'pip', 'download', ...options, `tensorflow-cpu==${TENSORFLOW}`]);
  const placeOf = (name) => {
    const [from, to] = places.find(([from]) => name.startsWith(from)) ?? [];
    return from && join(deps, to, name.slice(from.length));
  };
  const [wheel] = readdirSync(downloads);
  const files = unzipSync(readFileSync(join(downloads, wheel)), {
    filter: ({ name }) => !name.endsWith('/') && placeOf(name) !== undefined,
  });
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(placeOf(name)), { recursive: true });
    await writeFile(placeOf(name), content);
  }
  await rm(downloads, { recursive: true });
}

/**
 * libtensorflow.so for the linker. The wheel has none: TensorFlow's C interface is in a library that wants to be loaded by
 * Python, and what it wants of Python is defined here, as memory that nothing ever reads.
 */
async function makeLibrary(lib) {
  const missing = execFileSync('nm', ['-D', '--undefined-only', join(lib, INTERNAL)], { encoding: 'utf8' });
  const names = missing.match(/\b_?Py\w+/g);
  await writeFile(join(lib, 'python.c'), names.map((name) => `char ${name}[1024];\n`).join(''));
  run('cc', ['-shared', '-fPIC', '-Wl,-soname,libpython.so', '-o', 'libpython.so', 'python.c'], lib);
  await writeFile(join(lib, 'libtensorflow.so'), `INPUT(-l:${INTERNAL} -lpython)\n`);
  await symlink(`${FRAMEWORK}.2`, join(lib, FRAMEWORK));
}

/** This Node where its headers lie beside it, or else one from npm, which has them. */
async function nodeWithHeaders() {
  const beside = dirname(dirname(process.execPath));
  return existsSync(join(beside, 'include/node/node_api.h')) ? beside : installNode();
}
