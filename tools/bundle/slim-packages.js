import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

/**
 * Files of undici that nothing here runs, and what replaces each. Together they are two thirds of it. undici promises
 * nothing about them, so its version is pinned, and the tests of stages run the bundle itself.
 */
const unusedOfUndici = {
  // Without the SIMD build of its parser, undici uses the plain one, which runs on every machine.
  'llhttp/llhttp_simd-wasm.js': '',
  // Another parser, off unless an option or a variable asks for it.
  'dispatcher/parser-h1.js': 'exports.getMiloEnabled = () => false;\n',
  // `network.ts` allows no HTTP/2, and refuses SOCKS proxies itself.
  'dispatcher/client-h2.js': '',
  'dispatcher/socks5-proxy-agent.js': '',
  // For bodies that are forms. Ours are text.
  'web/fetch/body.js': '',
  'web/fetch/formdata.js': '',
  'web/webidl/index.js': '',
};

/** Modules of Node that undici loads and hardly uses. Each takes Node more than a millisecond to load. */
const lightModules = {
  'node:assert':
    "module.exports = (value, message = 'undici: an assertion failed') => {\n  if (!value) throw new Error(message);\n};\n",
  // The largest head of a response. Node's own option for it has no effect here.
  'node:http': 'exports.maxHeaderSize = 16 * 1024;\n',
};

/** The summary is one line of `runner.ts`. This file alone makes Node load `fs.promises`, in every step. */
const unusedOfCore = { 'summary.js': 'export const summary = undefined;\nexport const markdownSummary = undefined;\n' };

const parser = {
  file: 'dispatcher/client-h1.js',
  make: "mod = new WebAssembly.Module(llhttpWasmData || require('../llhttp/llhttp-wasm.js'))",
};

/**
 * After a few answers, V8 would compile the parser again for long use. That takes 60 ms and 25 MB, and our process waits for it at its end.
 * A module keeps the budget that is set when it is made. The usual one is set again, because caches of code are valid for the same flags alone.
 */
const withoutTierUp = [
  "const { setFlagsFromString } = require('node:v8')",
  "setFlagsFromString('--wasm-tiering-budget=2000000000')",
  parser.make,
  "setFlagsFromString('--wasm-tiering-budget=13000000')",
].join('\n');

/** Copies the packages that we slim into a folder of node_modules. Fails if one has changed there. */
export async function slimPackages(from, to) {
  const undici = await copyPackage('undici', from, to);
  await replaceFiles(undici, unusedOfUndici);
  for (const [name, text] of Object.entries(lightModules)) await replaceModule(undici, name, text);
  const path = join(undici, parser.file);
  const text = await readFile(path, 'utf8');
  if (text.split(parser.make).length !== 2) throw new Error(`${parser.file} makes its parser in another way`);
  await writeFile(path, text.replace(parser.make, withoutTierUp));
  await replaceFiles(await copyPackage('@actions/core', from, to), unusedOfCore);
}

/** Copies the code and the licence of a package. Returns the folder of the code. */
async function copyPackage(name, from, to) {
  for (const part of await readdir(join(from, name)))
    if (/^(package\.json|LICENSE.*|lib)$/.test(part))
      await cp(join(from, name, part), join(to, name, part), { recursive: true });
  return join(to, name, 'lib');
}

/** Fails if one of the files does not exist. */
async function replaceFiles(folder, files) {
  for (const [file, text] of Object.entries(files)) {
    await rm(join(folder, file));
    await writeFile(join(folder, file), text);
  }
}

/** Puts a file in the place of a module of Node. */
async function replaceModule(folder, name, text) {
  const file = join(folder, `${name.replace(':', '-')}.js`);
  for (const path of (await readdir(folder, { recursive: true })).filter((one) => one.endsWith('.js'))) {
    const source = await readFile(join(folder, path), 'utf8');
    const way = `./${relative(dirname(join(folder, path)), file).replaceAll('\\', '/')}`;
    await writeFile(join(folder, path), source.replaceAll(`require('${name}')`, `require('${way}')`));
  }
  await writeFile(file, text);
}
