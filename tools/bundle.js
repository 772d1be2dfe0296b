import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import ncc from '@vercel/ncc';
import { minify } from 'terser';

// The paths in this tsconfig replace some packages by the files beside it.
process.env.TS_NODE_PROJECT = join(import.meta.dirname, 'bundle', 'tsconfig.json');

/** The files that are loaded late, by what is in them. */
const lateFiles = {
  undici: /[\\/]undici[\\/]lib[\\/]dispatcher[\\/]client\.js$/,
  network: /[\\/]statuspage[\\/]network\.js$/,
  octokit: /[\\/]@actions[\\/]github[\\/]lib[\\/]github\.js$/,
  'http-client': /[\\/]tools[\\/]bundle[\\/]http-client\.js$/,
};

/** Bundles a module into a folder: `name` is the entry file, those of `lateFiles` are loaded late, `licenses.txt` lists all licences. */
export async function bundle(entry, folder, name) {
  const { code, assets, stats } = await ncc(entry, { cache: false, quiet: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'licenses.txt'), await collectLicenses(stats));
  await writeFile(join(folder, name), await dropUnused(loadBuiltins(nameLateFiles(code, stats))));
  for (const [file, { source }] of Object.entries(assets)) {
    const text = String(source);
    const late = /^(\d+)\.index\.js$/.exec(file)?.[1];
    if (late === undefined) await writeFile(join(folder, file), text);
    else await writeFile(join(folder, `${nameChunks(stats)[late]}.js`), await dropUnused(text));
  }
}

/** The name of each chunk by its number. Fails if two would have one name. */
function nameChunks({ compilation: { chunks, chunkGraph } }) {
  const late = [...chunks].filter((chunk) => !chunk.canBeInitial());
  const names = late.map((chunk) => {
    const files = [...chunkGraph.getChunkModules(chunk)].flatMap((module) => module.modules ?? [module]);
    const name = Object.keys(lateFiles).find((one) => files.some(({ resource = '' }) => lateFiles[one].test(resource)));
    if (name === undefined) throw new Error(`No name for the late file with ${files[0]?.resource}`);
    return [chunk.id, name];
  });
  if (new Set(names.map(([, name]) => name)).size < names.length) throw new Error('Two late files would have one name');
  return Object.fromEntries(names);
}

/** Lets the entry file load the late files by their names. */
function nameLateFiles(code, stats) {
  const names = nameChunks(stats);
  if (Object.keys(names).length === 0) return code;
  const numbered = '"" + chunkId + ".index.js"';
  if (!code.includes(numbered)) throw new Error('Webpack names late files in another way');
  return code.replace(numbered, `${JSON.stringify(names)}[chunkId] + ".js"`);
}

/** Webpack makes a `require` anew for each module of Node, which takes longer than to ask Node for the module. */
function loadBuiltins(code) {
  const imported = 'import { createRequire as __WEBPACK_EXTERNAL_createRequire } from "module";';
  const required = '__WEBPACK_EXTERNAL_createRequire(import.meta.url)("';
  if (!code.includes(imported) || !code.includes(required))
    throw new Error('Webpack loads modules of Node in another way');
  return code.replace(imported, '').replaceAll(required, 'process.getBuiltinModule("');
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
  // In parentheses, V8 compiles a function at once. It calls every one of these, so scanning them first would be wasted.
  return `${code.replace(moduleFunction, '$1$2: ($3\n$4\n$1})$5')}\n`;
}

/** The function of a module in Webpack's table. */
const moduleFunction = /^( {2}| {4})(\d+): (\(?[\w, ]*\)? => \{)\n([\s\S]*?)\n\1\}(,?)$/gm;

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
