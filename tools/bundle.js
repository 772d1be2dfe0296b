import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import ncc from '@vercel/ncc';

// The paths in this tsconfig replace some packages by the files beside it.
process.env.TS_NODE_PROJECT = join(import.meta.dirname, 'bundle', 'tsconfig.json');

/** Bundles a module into a folder: `name` is the entry file, numbered files are loaded late, `licenses.txt` lists all licences. */
export async function bundle(entry, folder, name) {
  const { code, assets, stats } = await ncc(entry, { cache: false, quiet: true });
  const others = Object.entries(assets).map(([file, { source }]) => [file, inAscii(String(source))]);
  await mkdir(folder, { recursive: true });
  for (const [file, text] of [[name, inAscii(code)], ['licenses.txt', await collectLicenses(stats)], ...others]) {
    await writeFile(join(folder, file), text);
  }
}

/** Escapes every character beyond ASCII. A single one beyond Latin 1 makes V8 store the whole source in two bytes a character. */
function inAscii(source) {
  return source.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const packageFolder = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/;

/** The licences of all packages in a bundle. ncc's own list leaves out the files that are loaded late. */
async function collectLicenses({ compilation }) {
  const modules = [...compilation.modules].flatMap((module) => module.modules ?? [module]);
  const folders = new Set(modules.flatMap(({ resource = '' }) => packageFolder.exec(resource)?.[0] ?? []));
  const licenses = await Promise.all([...folders].map(readLicense));
  // Undici holds llhttp, built to WebAssembly, and ships no licence of it.
  if (modules.some(({ resource = '' }) => /undici[\\/]lib[\\/]llhttp[\\/].*wasm/.test(resource))) {
    licenses.push(await readFile(join(import.meta.dirname, 'bundle', 'llhttp.txt'), 'utf8'));
  }
  return licenses.sort().join('\n');
}

async function readLicense(folder) {
  const { name, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const file = (await readdir(folder)).find((one) => /^licen[cs]e/i.test(one));
  // If a package comes without the text of its licence, the name of the licence must do.
  const text = file === undefined ? '' : (await readFile(join(folder, file), 'utf8')).trimEnd();
  return `${name}\n${license}\n${text}\n`;
}
