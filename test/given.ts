/** Deciders by example: `given(decider, …past).when(command).then(…events)`. */
import type { Envelope, Irregularity, Message, Recorded } from '../projections/kernel/message.js';
import { type Context, decide, type Decider, fold, Refusal, type Way } from '../src/kernel/decider.js';

export const context: Context = {
  way: 'act',
  now: '2024-03-01T09:00:00.000+08:00',
  occurredAt: '2024-03-01T09:00:00.000+08:00',
  precision: 'second',
  on: '2024-03-01',
  region: 'CN-GX',
  by: { person: 'person-1', post: 'post-1', org: 'org-1', actingAs: 'holder', authMethod: 'token' },
};

const codes = (list: readonly Irregularity[] | undefined) => list?.map((b) => [b.code, ...b.refs]);

/** Events as the log would hold them, in this order; ids are e0, e1, … Give `envelope` fields beside type and data. */
export const log = (...events: readonly (Message & Partial<Omit<Envelope, 'type' | 'data'>>)[]): Recorded[] =>
  events.map((event, n) => ({
    id: `e${n}`,
    stream: 's',
    revision: n,
    version: 1,
    occurredAt: context.occurredAt,
    precision: 'second',
    recordedAt: context.now,
    actor: context.by,
    refs: [],
    irregularities: [],
    legalBasis: [],
    documents: [],
    classification: 'internal',
    commandId: `c${n}`,
    fingerprint: '',
    facts: {},
    factsAsOf: null,
    correlation: `c${n}`,
    causation: null,
    salt: '',
    index: n,
    ...event,
  }));

export const given = <E extends Message>(decider: Decider<any, any, E, any>, ...past: readonly E[]) => ({
  /** `more`: context overrides (on, occurredAt, by …) and facts by name. */
  when: (command: Message, more: Partial<Context> & Record<string, unknown> = {}, way: Way = 'act') => {
    const run = () => decide<E>(decider, fold(decider, log(...past)), command, { ...context, ...more, way });
    return {
      // oxlint-disable-next-line unicorn/no-thenable -- given, when, then: never awaited
      then: (...expected: readonly Message[]) =>
        expect(run().map(({ type, data }) => ({ type, data }))).toEqual(expected),
      /** Like `then`, with only the named members of data compared. */
      thenMatches: (...expected: readonly { type: string; data?: object }[]) =>
        expect(run().map(({ type, data }) => ({ type, data }))).toMatchObject(expected),
      thenMarked: (...expected: readonly string[][]) =>
        expect(run().map((e) => codes(e.irregularities))).toEqual([expected]),
      thenRefused: (...expected: readonly string[][]) => {
        let refusal: Refusal | undefined;
        try {
          run();
        } catch (e) {
          if (!(e instanceof Refusal)) throw e;
          refusal = e;
        }
        expect(codes(refusal?.broken)).toEqual(expected);
      },
    };
  },
});
