/** Jest's environment: this process, as it is. */
module.exports = class Environment {
  global = globalThis;
  // In their place Jest puts its own console, and an exit that complains, for as long as a file runs.
  before = { console: globalThis.console, exit: process.exit };
  async setup() {}
  async teardown() {
    globalThis.console = this.before.console;
    process.exit = this.before.exit;
  }
  getVmContext() {
    return null;
  }
};
