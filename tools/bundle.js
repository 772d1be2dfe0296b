import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import ncc from '@vercel/ncc';
import { minify } from 'terser';

// The paths in this tsconfig replace some packages by the files beside it.
process.env.TS_NODE_PROJECT = join(import.meta.dirname, 'bundle', 'tsconfig.json');

/** Bundles a module into a folder: `name` is the entry file, numbered files are loaded late, `licenses.txt` lists all licences. */
export async function bundle(entry, folder, name) {
  const { code, assets, stats } = await ncc(entry, { cache: false, quiet: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'licenses.txt'), await collectLicenses(stats));
  for (const [file, source] of [[name, code], ...Object.entries(assets).map(([file, { source }]) => [file, source])]) {
    await writeFile(join(folder, file), file.endsWith('.js') ? await dropUnused(String(source)) : source);
  }
}

/** Leaves out what no code can reach. Keeps names and lines, so that two versions can be compared and a stack trace read. */
async function dropUnused(source) {
  const compress = { defaults: false, dead_code: true, evaluate: true, side_effects: true, unused: true };
  const { code } = await minify(source, {
    module: true,
    mangle: false,
    keep_classnames: true,
    keep_fnames: true,
    compress: { ...compress, passes: 2 },
    format: {
      beautify: true,
      indent_level: 2,
      // A single character beyond Latin 1 makes V8 store the whole source in two bytes a character.
      ascii_only: true,
      // Webpack names the file that each part comes from.
      comments: /^ (?:CONCATENATED|EXTERNAL) MODULE/,
    },
  });
  return `${code}\n`;
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
