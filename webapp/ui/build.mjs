// Builds the committed files of viewer and designer; with --check only compares them with a fresh build, byte by byte.
import { build } from 'esbuild';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { simulation } from './src/designer/simulation.build.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const target = resolve(here, '../static');

async function bundle(name, entry) {
  const result = await build({
    absWorkingDir: here,
    entryPoints: { [name]: entry },
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2020',
    charset: 'utf8',
    legalComments: 'none',
    loader: { '.woff2': 'file' },
    assetNames: '[name]',
    plugins: [simulation],
    metafile: true,
    write: false,
    outdir: 'out'
  });
  const files = result.outputFiles.map((file) => [file.path.split(/[\\/]/).pop(), Buffer.from(file.contents)]);
  const told = await licences(name, Object.keys(result.metafile.inputs));
  return [...files, [`${name}.licences.txt`, Buffer.from(told)]];
}

function packageOf(path) {
  const parts = path.split('node_modules/').pop().split('/');
  return parts[0].startsWith('@') ? parts.slice(0, 2).join('/') : parts[0];
}

async function licences(name, inputs) {
  const names = [...new Set(inputs.filter((path) => path.includes('node_modules/')).map(packageOf))].sort();
  const texts = await Promise.all(names.map(licence));
  return `${name}.js contains these packages:\n\n${texts.join('\n')}`;
}

async function licence(name) {
  const folder = join(here, 'node_modules', name);
  const { version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? (await readFile(join(folder, file), 'utf8')).trim() : '';
  const rule = '='.repeat(80);
  return `${rule}\n${name} ${version} (${license})\n${rule}\n${text}\n`.replaceAll('\r\n', '\n');
}

async function stale([name, content]) {
  const committed = await readFile(join(target, name)).catch(() => null);
  return committed !== null && committed.equals(content) ? null : name;
}

const files = [...await bundle('viewer', 'src/viewer.js'), ...await bundle('designer', 'src/designer/designer.js')];
if (process.argv.includes('--check')) {
  const different = (await Promise.all(files.map(stale))).filter(Boolean);
  if (different.length) {
    console.error(`Not what the sources give: ${different.join(', ')}. Run: npm run build`);
    process.exit(1);
  }
  console.log(`${files.length} files are what the sources give`);
} else {
  for (const [name, content] of files) await writeFile(join(target, name), content);
  console.log(files.map(([name, content]) => `${name} ${content.length} bytes`).join('\n'));
}
