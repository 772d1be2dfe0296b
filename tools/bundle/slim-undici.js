import { cp, rm, writeFile } from 'node:fs/promises';
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

/** Copies undici without its unused parts into a folder. Fails if one of them is no longer there. */
export async function slimUndici(from, to) {
  for (const part of ['package.json', 'LICENSE', 'lib'])
    await cp(join(from, part), join(to, part), { recursive: true });
  for (const [file, text] of Object.entries(unused)) {
    const path = join(to, 'lib', file);
    await rm(path);
    await writeFile(path, text);
  }
}
