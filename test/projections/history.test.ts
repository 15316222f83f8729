/** What a matter's history says, as it was known at a moment and as it had occurred by a day. */
import { describe, expect, test } from '@jest/globals';
import type { MatterEvent } from '../../projections/events/matters.js';
import { matterHistory } from '../../projections/history.js';
import type { Envelope } from '../../projections/kernel/message.js';
import { log } from '../given.js';

type Told = MatterEvent & Partial<Omit<Envelope, 'type' | 'data'>>;
const stream = 'matter-M';
const at = (day: string, time = '09:00:00') => `2024-${day}T${time}+08:00`;
const received = (occurredAt: string, more: Partial<Told> = {}): Told =>
  ({
    stream,
    occurredAt,
    recordedAt: occurredAt,
    type: 'MaterialsReceived',
    data: { itemCode: 'A', itemVersion: 1, receiptNo: null, materials: [], applicant: null, holder: { org: 'centre' } },
    ...more,
  }) as Told;
const step = (occurredAt: string, name: string, more: Partial<Told> = {}): Told =>
  ({
    stream,
    occurredAt,
    recordedAt: occurredAt,
    type: 'StepFinished',
    data: { step: name, name: null, role: null, opinion: null, text: null },
    ...more,
  }) as Told;
const assigned = (occurredAt: string, org: string, more: Partial<Told> = {}): Told =>
  ({
    stream,
    occurredAt,
    recordedAt: occurredAt,
    type: 'HolderAssigned',
    data: { holder: { org }, before: null, step: null, inferred: false },
    ...more,
  }) as Told;
const reported = (registeredAt: string, reason?: string) => ({
  system: 's',
  batch: 'b',
  row: 'r',
  registeredAt,
  ...(reason !== undefined && { reason }),
});

describe('a history', () => {
  test('follows occurrence; a late entry shows both of its places', () => {
    const events = log(
      received(at('05-02')),
      step(at('05-10'), 'review'),
      assigned(at('05-06'), 'market', { recordedAt: at('07-20') }),
    );
    const { entries } = matterHistory('M', events);
    expect(entries.map(({ type, recordedPlace, late }) => [type, recordedPlace, late])).toEqual([
      ['MaterialsReceived', 0, false],
      ['HolderAssigned', 2, true],
      ['StepFinished', 1, false],
    ]);
    expect(entries.map(({ holder }) => holder?.org)).toEqual(['centre', 'market', 'market']);
  });
  test('as it was on 5 May, as known on 31 July, and as known before', () => {
    const all = log(
      received(at('05-02')),
      step(at('05-10'), 'review'),
      assigned(at('05-04'), 'market', { recordedAt: at('07-20') }),
      assigned(at('05-03'), 'health', { recordedAt: at('08-02') }),
    );
    const known = (until: string) => all.filter(({ recordedAt }) => recordedAt <= until);
    const told = (until: string, on?: string) => matterHistory('M', known(until), on).state.holder?.org;
    expect(told(at('07-31'), '2024-05-05')).toBe('market');
    expect(told(at('05-31'), '2024-05-05')).toBe('centre');
    expect(told(at('08-31'), '2024-05-03')).toBe('health');
    expect(matterHistory('M', known(at('07-31')), '2024-05-05').entries).toHaveLength(2);
    expect(matterHistory('M', known(at('07-31')), '2024-05-01').entries).toEqual([]);
  });
  test('a day that is known only as a day comes before the hours of that day', () => {
    const events = log(
      step(at('05-03', '08:00:00'), 'first'),
      step(at('05-03', '23:00:00'), 'of-the-day', { precision: 'day' }),
      step(at('05-02', '23:30:00'), 'before'),
    );
    const steps = matterHistory('M', events).entries.map(({ data }) => (data as { step: string }).step);
    expect(steps).toEqual(['before', 'of-the-day', 'first']);
  });
  test('instants are compared as instants, and equal ones keep the order of the log', () => {
    const events = log(
      step('2024-05-03T09:00:00+08:00', 'b'),
      step('2024-05-03T01:00:00Z', 'c'),
      step('2024-05-03T08:59:59.5+08:00', 'a'),
    );
    const steps = matterHistory('M', events).entries.map(({ data }) => (data as { step: string }).step);
    expect(steps).toEqual(['a', 'b', 'c']);
  });
  test('lateness is that of the register that was told, idle days are whole days', () => {
    const events = log(
      received(at('05-02'), { source: reported(at('05-02')), recordedAt: at('09-01') } as Partial<Told>),
      step(at('05-09', '08:59:59'), 'x', {
        source: reported(at('05-12'), '停电'),
        recordedAt: at('09-01'),
      } as Partial<Told>),
    );
    const { entries } = matterHistory('M', events);
    expect(
      entries.map(({ late, reported: is, backRegistered, idleDays }) => [late, is, backRegistered, idleDays]),
    ).toEqual([
      [false, true, null, 0],
      [true, true, '停电', 6],
    ]);
  });
  test('says what each event changed, and tells of events in other streams without changing the state', () => {
    const events = log(received(at('05-02')), assigned(at('05-03'), 'market'), {
      ...step(at('05-04'), 'x'),
      stream: 'matter-other',
      type: 'MatterLinked',
      data: { relation: 'duplicate-of', to: 'M' },
    } as Told);
    const { entries, state } = matterHistory('M', events);
    expect(entries[1]!.changed).toEqual([{ member: 'holder', before: { org: 'centre' }, after: { org: 'market' } }]);
    expect(entries[2]).toMatchObject({ stream: 'matter-other', type: 'MatterLinked', status: 'received', changed: [] });
    expect(state.holder).toEqual({ org: 'market' });
  });
});
