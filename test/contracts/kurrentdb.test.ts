/** The KurrentDB store against a live server, where EVENTSTORE_URL names one: the core, and what the engine adds. */
import { randomBytes } from 'node:crypto';
import { KurrentStore } from '../../src/ledger/kurrentdb.store.js';
import { freshLedger, type FreshLedger } from '../support/server.js';
import { eventStoreContract } from './event-store.contract.js';

const URL = process.env['EVENTSTORE_URL'];
const live = URL === undefined ? describe.skip : describe;

live('KurrentDB at EVENTSTORE_URL', () => {
  let ledger: FreshLedger;
  const stores: KurrentStore[] = [];
  const name = `t${randomBytes(6).toString('hex')}`;
  const open = async () => {
    const store = await KurrentStore.open(URL!, ledger.serviceUrl, name);
    stores.push(store);
    return store;
  };
  beforeAll(async () => {
    ledger = await freshLedger();
  });
  afterAll(async () => {
    for (const store of stores) await store.close();
    await ledger.close();
  });

  describe('core', () => eventStoreContract(open));
});
