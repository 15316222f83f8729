/** The store in memory, for simulations: the core of every engine. */
import { MemoryStore } from '../../src/ledger/memory.store.js';
import { eventStoreContract } from './event-store.contract.js';

const store = new MemoryStore();
describe('core', () => eventStoreContract(() => Promise.resolve(store)));
