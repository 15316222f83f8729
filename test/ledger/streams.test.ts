/** Streams that are kept: whatever is let go of meanwhile, a fold knows every event of its stream, once, in order. */
import type { Fold } from '../../projections/kernel/fold.js';
import type { Message, Recorded } from '../../projections/kernel/message.js';
import { MemoryStore } from '../../src/ledger/memory.store.js';
import { Streams } from '../../src/ledger/streams.js';
import { append } from '../contracts/event-store.contract.js';

const texts: Fold<readonly string[], Message> = {
  category: 'note',
  initial: [],
  evolve: (state, { data }) => [...state, (data as { text: string }).text],
};
const noted = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => `k${from + n} 记事 0`);

async function opened(room: number) {
  const store = new MemoryStore();
  const note = (id: string, revision: number) => append(store, `note-${id}`, revision - 1, `k${revision}`);
  for (const id of ['a', 'b']) await note(id, 0);
  await note('a', 1);
  return { store, note, streams: new Streams(store, room) };
}

test('one that is let go of while it is read afresh goes on from what was known', async () => {
  const { note, streams } = await opened(1);
  await streams.get(texts, 'a');
  await note('a', 2);
  const reading = streams.get(texts, 'a', true);
  const other = streams.get(texts, 'b'); // there is room for one
  expect(await reading).toMatchObject({ state: noted(0, 2), revision: 2 });
  expect(await other).toMatchObject({ state: noted(0, 0), revision: 0 });
  expect(await streams.get(texts, 'a')).toMatchObject({ state: noted(0, 2), revision: 2 });
});

test('one that is let go of while an event is appended goes on from what the append rested on', async () => {
  const { store, note, streams } = await opened(1);
  const own = await streams.get(texts, 'a');
  const { index } = await note('a', 2);
  await streams.get(texts, 'b');
  const [event] = await store.readAll(index!, 1);
  streams.add(texts, 'a', [event!], own);
  expect(await streams.get(texts, 'a')).toMatchObject({ state: noted(0, 2), revision: 2 });
});

test('an event whose predecessors are not known is never folded', async () => {
  const { store, streams } = await opened(1);
  const events = (await store.readStream('note-a')) as Recorded[];
  expect(() => streams.add(texts, 'a', events.slice(1))).toThrow('begins at 1');
  expect((await streams.get(texts, 'a')).state).toEqual(noted(0, 1));
});

test('large states take the room of many: what was used last stays', async () => {
  let read: string[] = [];
  const { store, note } = await opened(10);
  const reading = {
    readIds: (ids: readonly string[]) => store.readIds(ids),
    head: () => store.head(),
    readStream: (...asked: [string, number?]) => (read.push(asked[0]), store.readStream(...asked)),
  };
  const large = { ...texts, size: (state: readonly string[]) => state.length * 3 };
  const streams = new Streams(reading, 10);
  await streams.get(large, 'a'); // six
  await streams.get(large, 'b'); // three more
  read = [];
  await streams.get(large, 'a');
  await streams.get(large, 'b');
  expect(read).toEqual([]);
  await note('b', 1);
  await streams.get(large, 'b', true); // six, too: no room for both
  read = [];
  expect((await streams.get(large, 'b')).state).toEqual(noted(0, 1));
  expect(read).toEqual([]);
  expect((await streams.get(large, 'a')).state).toEqual(noted(0, 1));
  expect(read).toEqual(['note-a']);
});
