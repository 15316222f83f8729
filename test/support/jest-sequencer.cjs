/** Files that take long begin first, so that all processes have work to the end, also where Jest has no times of an earlier run. */
const { default: Sequencer } = require('@jest/test-sequencer');

const LONG = [
  'start/start',
  'ledger/copy',
  'cli/cli',
  'simulation/city',
  'properties/projector',
  'http/secrecy',
  'intake/wabo',
  'http/permissions',
  'seal/map',
  'seal/verify',
  'contracts/kurrentdb-wire',
];
const placeOf = ({ path }) => {
  const place = LONG.findIndex((each) => path.endsWith(`/${each}.test.ts`));
  return place === -1 ? LONG.length : place;
};

module.exports = class extends Sequencer {
  sort(tests) {
    return [...super.sort(tests)].sort((a, b) => placeOf(a) - placeOf(b));
  }
};
