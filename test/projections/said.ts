/** Events of a matter as they are said, and what the matrix makes of them: for the tests of attribution. */
import { attribution } from '../../projections/attribution.js';
import { log } from '../given.js';

export type Said = { id: string; type: string; data: object } & Record<string, unknown>;
export const at = (day: string, time = '10:00:00') => `2024-${day}T${time}+08:00`;
/** An event of the matter M; `who` acts, at a post of his name, in the unit. */
export const say = (
  id: string,
  day: string,
  who: string | null,
  type: string,
  data: object,
  more: object = {},
): Said => ({
  id,
  type,
  data,
  stream: 'matter-M',
  occurredAt: at(day),
  recordedAt: at(day),
  actor: { person: who, post: `${who}-post`, org: 'market', actingAs: 'holder', authMethod: 'session' },
  ...more,
});
export type OpinionOf = { opinion?: string; proposes?: string; received?: string[] };
export const opinion = (
  id: string,
  day: string,
  who: string | null,
  role: string | null,
  of: OpinionOf = {},
  more = {},
) => say(id, day, who, 'StepFinished', { step: id, name: null, role, opinion: 'approve', text: null, ...of }, more);
export const draft = (of: OpinionOf = {}) => opinion('draft', '03-04', 'wei', 'undertaker', of);
export const review = (of: OpinionOf = {}) => opinion('review', '03-05', 'meng', 'reviewer', of);
export const approval = (of: OpinionOf = {}) => opinion('approval', '03-06', 'tan', 'approver', of);
export const decision = (outcome = 'granted', more: object = {}, who: string | null = 'tan', around: object = {}) =>
  say(
    'decision',
    '03-07',
    who,
    'MatterDecided',
    { outcome, on: '2024-03-07', reasons: null, remedies: null, opinions: [], ...more },
    around,
  );
export const nobody = {
  event: null,
  ought: null,
  evident: null,
  by: [],
  applicant: false,
  basis: '复议决定',
  document: null,
};
export const fault = (data: object = {}, id = 'fault') =>
  say(id, '05-06', 'gan', 'FaultFound', { ...nobody, kind: 'wrong-outcome', event: 'decision', ...data });
export const ought = (outcome: string, more: object = {}) => fault({ ought: outcome, ...more });
export const person = (personId: string) => ({ personId, personal: {} });
export const by = (personId: string, manner: string | null = null) => ({
  person: person(personId),
  post: null,
  org: null,
  manner,
});
export const reported = { source: { system: 's', batch: 'b', row: 'r', registeredAt: null } };

export const told = (...events: Said[]) => attribution('M', log(...(events as never[])), new Map()).subjects;
/** Of the one thing that there is to attribute: patterns, with persons and degrees. */
export const suggested = (...events: Said[]) => {
  const [one, ...more] = told(...events);
  expect(more).toEqual([]);
  return Object.fromEntries(
    one!.suggestions.map(({ pattern, persons }) => [
      pattern,
      persons.map(({ role, degree, personId }) => `${role} ${degree} ${personId}`),
    ]),
  );
};
/** Patterns that are near, with what is missing: `-` recorded otherwise, `?` not recorded. */
export const near = (...events: Said[]) =>
  Object.fromEntries(
    told(...events)[0]!.near.map(({ pattern, missing }) => [
      pattern,
      missing.map(({ condition, holds }) => `${holds === null ? '?' : '-'}${condition}`).join(' '),
    ]),
  );
export const apart = (...events: Said[]) => told(...events)[0]!.apart;
