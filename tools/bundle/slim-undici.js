import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Files of undici that nothing here runs, and what replaces each. Together they are two thirds of it. undici promises
 * nothing about them, so its version is pinned, and the tests of stages run the bundle itself.
 */
const unused = {
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

/** Copies undici without its unused parts into a folder. Fails if undici has changed there. */
export async function slimUndici(from, to) {
  for (const part of ['package.json', 'LICENSE', 'lib'])
    await cp(join(from, part), join(to, part), { recursive: true });
  for (const [file, text] of Object.entries(unused)) {
    const path = join(to, 'lib', file);
    await rm(path);
    await writeFile(path, text);
  }
  const path = join(to, 'lib', parser.file);
  const text = await readFile(path, 'utf8');
  if (text.split(parser.make).length !== 2) throw new Error(`${parser.file} makes its parser in another way`);
  await writeFile(path, text.replace(parser.make, withoutTierUp));
}
