import fc from 'fast-check';
import { nextGroup } from '../../src/ledger/batcher.js';
import { uuidOf, uuidv7 } from '../../src/ledger/identity.js';

const append = (stream: string, reads: readonly string[] = []) => ({
  append: { stream, expected: 0, unchanged: Object.fromEntries(reads.map((name) => [name, 0])), events: [] },
});

test('in a group nothing touches what another in it writes, order on a stream is kept, and nobody starves', () => {
  const streams = fc.constantFrom('a', 'b', 'c', 'd');
  const queue = fc.array(
    fc.tuple(streams, fc.array(streams, { maxLength: 2 })).map(([s, reads]) =>
      append(
        s,
        reads.filter((r) => r !== s),
      ),
    ),
    { minLength: 1 },
  );
  fc.assert(
    fc.property(queue, (waiting) => {
      let rest = waiting;
      const order: typeof waiting = [];
      while (rest.length > 0) {
        const next = nextGroup(rest);
        expect(next.group.length).toBeGreaterThan(0);
        const written = new Set<string>();
        for (const { append: a } of next.group) {
          expect(written.has(a.stream) || Object.keys(a.unchanged).some((name) => written.has(name))).toBe(false);
          written.add(a.stream);
        }
        order.push(...next.group);
        rest = next.rest;
      }
      for (const name of ['a', 'b', 'c', 'd'])
        expect(order.filter((w) => w.append.stream === name)).toEqual(waiting.filter((w) => w.append.stream === name));
    }),
  );
});

test('ids: the same parts give the same id, and parts do not run together', () => {
  expect(uuidOf('a', 'bc')).toBe(uuidOf('a', 'bc'));
  expect(uuidOf('a', 'bc')).not.toBe(uuidOf('ab', 'c'));
  expect(uuidOf('x', 0)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(uuidv7(0x0192_3456_789a)).toMatch(/^01923456-789a-7/);
});
