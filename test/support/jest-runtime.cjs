/**
 * How Jest loads a test file: as a plain module of its process, and not with everything that it imports anew in a machine
 * of its own. So the application is read, compiled and warm once in each of the processes that share the files out. What a
 * file changes in its process stays there for those that come after it: none may rely on being the first, or alone.
 */
const { transformFileSync } = require('@swc/core');
const { fileURLToPath, pathToFileURL } = require('node:url');

/** Of sources that an error has passed, the map from what runs to what is written, as an address. */
const sourceMaps = new Map();
function mapOf(source) {
  if (!source?.startsWith('file:') || !source.endsWith('.ts')) return undefined;
  if (!sourceMaps.has(source)) {
    const { map } = transformFileSync(fileURLToPath(source), { sourceMaps: true });
    sourceMaps.set(source, `data:application/json;base64,${Buffer.from(map).toString('base64')}`);
  }
  return sourceMaps.get(source);
}

module.exports = class Runtime {
  /** Circus, which runs the tests of a file: one for all, that forgets the file before (its two own handlers stay). */
  requireInternalModule(path) {
    const circus = require(path);
    const { getState, resetState } = require('jest-circus');
    globalThis[Symbol.for('EVENT_HANDLERS')].splice(2);
    resetState();
    // Each bundle of circus knows its state by a symbol of its own.
    for (const symbol of Object.getOwnPropertySymbols(globalThis))
      if (symbol.description === 'JEST_STATE_SYMBOL') globalThis[symbol] = getState();
    return circus;
  }
  requireModule(path) {
    return require(path);
  }
  unstable_shouldLoadAsEsm() {
    return true;
  }
  async unstable_importModule(path) {
    await import('./typescript-register.mjs');
    await import(pathToFileURL(path).href);
  }
  setGlobalsForRuntime() {}
  enterTestCode() {}
  leaveTestCode() {}
  getSourceMaps() {
    return { get: mapOf, [Symbol.iterator]: () => [].values() };
  }
  getAllCoverageInfoCopy() {}
  teardown() {}
};
