/**
 * Gives plain Node the project's TypeScript, with the files that are mutated in their mutated form. What a file with a
 * query imports has the same query: everything of the project is loaded anew, and packages are not.
 */
import { transform } from '@swc/core';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { resolve as resolveTypeScript } from '../support/typescript.mjs';

let mutated = {};
let tests = new Set();
export const initialize = (orders) => {
  mutated = orders.mutated;
  tests = new Set(orders.tests);
};

export async function resolve(specifier, context, next) {
  const found = await resolveTypeScript(specifier, context, next);
  const query = context.parentURL ? new URL(context.parentURL).search : '';
  return specifier.startsWith('.') && found.url.endsWith('.ts') ? { ...found, url: found.url + query } : found;
}

const compiled = new Map();
export async function load(url, context, next) {
  const file = url.replace(/\?.*$/, '');
  if (!file.endsWith('.ts')) return next(url, context);
  if (!compiled.has(file)) {
    const filename = fileURLToPath(file);
    const { code } = await transform(mutated[file] ?? (await readFile(filename, 'utf8')), { filename });
    compiled.set(file, tests.has(file) ? `mutation.begin();${code}` : code);
  }
  return { format: 'module', source: compiled.get(file), shortCircuit: true };
}
