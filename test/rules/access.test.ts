/** IN-05: looks and exports without a purpose, or, of what is sealed, without a grant in force then. */
import { describe, expect, test } from '@jest/globals';
import type { AccessEvent } from '../../projections/events/access.js';
import type { AccountEvent } from '../../projections/events/identity.js';
import { replay } from '../../projections/kernel/memory-table.js';
import type { Envelope } from '../../projections/kernel/message.js';
import type { VerdictRow } from '../../projections/kernel/rule.js';
import { verdictsTable } from '../../projections/rules/index.js';
import { log } from '../given.js';

type Told = (AccessEvent | AccountEvent | { type: string; data: object }) & Partial<Omit<Envelope, 'type' | 'data'>>;
const at = (day: string, time = '09:00:00.000') => `2024-${day}T${time}+08:00`;
const actor = (person: string | null) =>
  ({ person, org: 'petitions', actingAs: 'unknown', authMethod: 'adapter' }) as const;
const seen = (day: string, more: object = {}, envelope: Partial<Told> = {}): Told =>
  ({
    type: 'AccessViewed',
    version: 2,
    stream: 'access-p',
    occurredAt: at(day),
    recordedAt: envelope.occurredAt ?? at(day),
    actor: actor('p'),
    data: {
      object: { type: 'matter', id: 'M-1' },
      fields: 'personal',
      purpose: '核查',
      grant: null,
      action: null,
      count: 1,
      ...more,
    },
    ...envelope,
  }) as Told;
const sealed = (day: string, envelope: Partial<Told> = {}, more: object = {}) =>
  seen(day, { fields: 'sealed', ...more }, envelope);
const granted = (day: string, [from, to]: [string, string | null], more: object = {}, person = 'p'): Told => ({
  type: 'AccessGranted',
  stream: `account-${person}`,
  occurredAt: at(day),
  recordedAt: at(day),
  data: {
    object: { type: 'matter', id: 'M-1' },
    purpose: '办案',
    document: '批件1号',
    from: `2024-${from}`,
    to: to && `2024-${to}`,
    ...more,
  },
});
const revoked = (day: string, grant: string): Told => ({
  type: 'AccessGrantRevoked',
  stream: 'account-p',
  occurredAt: at(day),
  recordedAt: at(day),
  data: { grant, reason: '结案' },
});

/** Of each look, in the order of the log: what the rule says of it in the end. */
function judged(...events: readonly Told[]) {
  const table = verdictsTable('IN-05');
  const rows = replay([table], log(...events))(table).rows() as VerdictRow[];
  return rows.map(({ subject, result, tested, missing, certain, severity }) => ({
    subject,
    said: [result, ...Object.entries(tested).map(([name, outcome]) => `${name}: ${outcome}`), ...missing].join(' · '),
    certain,
    severity,
  }));
}
test('what a look was at is told with it, unless not even the look is told', () => {
  const table = verdictsTable('IN-05');
  const events = log(seen('03-01'), seen('03-02', {}, { classification: 'sealed' }));
  const rows = replay([table], events)(table).rows() as VerdictRow[];
  expect(rows.map(({ details }) => details['object'])).toEqual(['matter M-1', null]);
});
const said = (...events: readonly Told[]) => judged(...events).map((row) => row.said);

describe('IN-05 access without purpose', () => {
  test('a purpose clears; none is a violation, whoever looked at whatever', () => {
    expect(judged(seen('03-01', { purpose: '' }))).toEqual([
      { subject: 'e0', said: 'violation · purposeGiven: false', certain: true, severity: 'red' },
    ]);
    for (const fields of ['personal', 'administration', 'export'])
      expect(said(seen('03-01', { fields }), seen('03-01', { fields, purpose: '' }))).toEqual([
        'cleared · purposeGiven: true',
        'violation · purposeGiven: false',
      ]);
    expect(said(seen('03-01', { purpose: '' }, { actor: actor(null) }))).toEqual(['violation · purposeGiven: false']);
  });
  test('where nobody knows it is not judged, as of looks of the first version', () => {
    expect(said(seen('03-01', { purpose: null }))).toEqual(['undetermined · purpose']);
    const data = { object: { type: 'matter', id: 'M-1' }, fields: 'personal', events: 2 };
    expect(said(seen('03-01', {}, { version: 1, data } as never))).toEqual(['undetermined · purpose']);
  });
  test('an export of the log is judged too, and is about its unit', () => {
    const exported = { type: 'LogExported', stream: 'access-p', data: { what: 'log', from: '0', purpose: '审计' } };
    expect(said(exported)).toEqual(['cleared · purposeGiven: true']);
    const table = verdictsTable('IN-05');
    const rows = replay([table], log(seen('03-01', { purpose: '' })))(table).rows();
    expect(rows[0]).toMatchObject({ on: '2024-03-01', org: 'petitions', matterId: 'M-1', evidence: ['e0'] });
  });
});

describe('IN-05 what is sealed', () => {
  const bad = 'violation · purposeGiven: true · granted: false';
  const good = 'cleared · purposeGiven: true · granted: true';
  test('from the first day of a grant up to the day before its end', () => {
    const grant = granted('02-01', ['03-02', '03-05']);
    const days = ['03-01', '03-02', '03-04', '03-05'];
    expect(said(grant, ...days.map((day) => sealed(day)))).toEqual([bad, good, good, bad]);
    const instants = [
      at('03-01', '23:59:59.999'),
      at('03-02', '00:00:00.000'),
      at('03-04', '23:59:59.999'),
      at('03-05', '00:00:00.000'),
    ];
    expect(said(grant, ...instants.map((occurredAt) => sealed('03-01', { occurredAt })))).toEqual([
      bad,
      good,
      good,
      bad,
    ]);
    expect(said(granted('02-01', ['03-02', null]), sealed('12-31'))).toEqual([good]);
  });
  test('a grant of somebody else, or for something else, is none', () => {
    const days: [string, null] = ['03-01', null];
    expect(said(granted('02-01', days, {}, 'q'), sealed('03-02'))).toEqual([bad]);
    expect(said(granted('02-01', days, { object: { type: 'matter', id: 'M-2' } }), sealed('03-02'))).toEqual([bad]);
    expect(said(granted('02-01', days, { object: { type: 'person', id: 'M-1' } }), sealed('03-02'))).toEqual([bad]);
  });
  test('what is granted afterwards does not cure, whatever days it names', () => {
    const soon = { ...granted('03-02', ['03-01', null]), recordedAt: at('03-02', '09:00:00.001') };
    expect(said(sealed('03-02'), soon)).toEqual([bad]);
    const later = granted('03-03', ['03-01', null]);
    expect(said(sealed('03-02'), later, sealed('03-03', { occurredAt: at('03-03', '09:00:00.000') }))).toEqual([
      bad,
      good,
    ]);
    // Reported late, and still judged by what stood on record when it was done.
    expect(said(later, sealed('03-02', { recordedAt: at('03-10') }))).toEqual([bad]);
  });
  test('what is revoked afterwards was good until then', () => {
    const grant = granted('02-01', ['03-01', null]);
    const until = (time: string) => sealed('03-05', { occurredAt: at('03-05', time) });
    expect(said(grant, until('08:59:59.999'), revoked('03-05', 'e0'), until('09:00:00.000'))).toEqual([good, bad]);
    // A look that is told of only after the revocation, and was taken before.
    expect(said(grant, revoked('03-05', 'e0'), sealed('03-04', { recordedAt: at('03-09') }))).toEqual([good]);
  });
  test('a grant that was recorded wrongly and is given anew holds from then on', () => {
    const wrong = granted('02-01', ['04-01', null]);
    const right = granted('03-04', ['03-01', null]);
    expect(said(wrong, sealed('03-03'), revoked('03-04', 'e0'), right, sealed('03-05'))).toEqual([bad, good]);
  });
  test('of which only the day is known: the day of the grant and of its end count as good', () => {
    const day = (on: string) => sealed(on, { occurredAt: at(on, '00:00:00.000'), precision: 'day' });
    const grant = granted('03-02', ['03-01', null]);
    expect(said(grant, day('03-01'), day('03-02'), revoked('03-05', 'e0'), day('03-05'), day('03-06'))).toEqual([
      bad,
      good,
      good,
      bad,
    ]);
  });
  test('so does a grant that is given later on that day, whether the look is known to the day or to nothing', () => {
    const grant = granted('03-02', ['03-01', null]);
    for (const precision of ['day', 'unknown'] as const)
      expect(said(sealed('03-02', { occurredAt: at('03-02', '00:00:00.000'), precision }), grant)).toEqual([good]);
    expect(said(sealed('03-02', { occurredAt: at('03-02', '00:00:00.000'), precision: 'minute' }), grant)).toEqual([
      bad,
    ]);
  });
  test('a look that a wrong clock dates ahead is judged again when a grant is given or revoked by then', () => {
    const ahead = sealed('03-10', { recordedAt: at('03-01') });
    const grant = granted('03-02', ['03-01', null]);
    expect(said(ahead, grant)).toEqual([good]);
    expect(said(ahead, grant, revoked('03-07', 'e1'))).toEqual([bad]);
    expect(said(ahead, grant, revoked('03-07', 'nobody-gave'))).toEqual([good]);
  });
  test('it is about a matter only where a matter was looked at', () => {
    const table = verdictsTable('IN-05');
    const rows = replay([table], log(seen('03-01', { object: { type: 'person', id: 'P-1' } })))(table).rows();
    expect(rows[0]).toMatchObject({ matterId: null, details: { object: 'person P-1', fields: 'personal', count: 1 } });
  });
  test('who looked is not known: not judged, unless there was no purpose either', () => {
    const nobody = { actor: actor(null) };
    expect(said(sealed('03-02', nobody))).toEqual(['undetermined · purposeGiven: true · person']);
    expect(said(sealed('03-02', nobody, { purpose: '' }))).toEqual(['violation · purposeGiven: false']);
    expect(said(sealed('03-02', {}, { purpose: null }))).toEqual(['violation · granted: false']);
  });
});
