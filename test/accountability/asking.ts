/** What a guard of accountability is asked, made by hand: a command, what it says, and what is on record. */
import { caseRegister, type CaseState } from '../../projections/accountability/case.js';
import { conditionsOf, termsOf } from '../../projections/accountability/conditions.js';
import { type Asking, INPUTS, NO_FACTS } from '../../projections/accountability/guard-inputs.js';
import { GUARDS } from '../../projections/accountability/guards.js';
import { leadRegister, type LeadState } from '../../projections/accountability/lead.js';
import { recusalRegister, type RecusalState } from '../../projections/accountability/recusal.js';
import { reviewRegister, type ReviewState } from '../../projections/accountability/review.js';
import { type GuardId, MACHINE_NAMES, stepOf } from '../../projections/accountability/table.js';

export const ON = '2024-03-01';
interface Of {
  readonly lead?: Partial<LeadState>;
  readonly case?: Partial<CaseState>;
  readonly review?: Partial<ReviewState>;
  readonly recusal?: Partial<RecusalState>;
}
const affairOf = ({ lead, case: of, review, recusal }: Of = {}) => ({
  id: 'A',
  lead: { ...leadRegister.initial, ...lead },
  case: { ...caseRegister.initial, ...of },
  review: { ...reviewRegister.initial, ...review },
  recusal: { ...recusalRegister.initial, ...recusal },
});
type More = Partial<Pick<Asking, 'person' | 'on'>> & { facts?: object };
export function asking(
  command: string,
  data: object = {},
  of: Of = {},
  { person = 'p', on = ON, facts = {} }: More = {},
): Asking {
  const machine = MACHINE_NAMES.find((one) => stepOf(one, command))!;
  const affair = affairOf(of);
  const known = { ...NO_FACTS, ...facts };
  return { machine, command, step: stepOf(machine, command)!, data, on, region: 'CN', person, affair, facts: known };
}
export const missing = (id: GuardId, ...of: Parameters<typeof asking>) => GUARDS[id].check(INPUTS[id](asking(...of)));
const broken = (conditions: Readonly<Record<string, boolean>>) =>
  Object.entries(conditions).flatMap(([name, kept]) => (kept ? [] : [name]));
export const unfit = (...of: Parameters<typeof asking>) => broken(conditionsOf(asking(...of)));
export const late = (...of: Parameters<typeof asking>) => broken(termsOf(asking(...of)));

export const handler = (person: string) => ({ person, department: `d-${person}` });
export const named = (...people: string[]) =>
  people.map((personId) => ({ personId, personal: {}, department: `d-${personId}` }));
export const evidence = (id: string, signed: string[], excluded = false) => ({
  id,
  by: [],
  signed,
  excluded,
  round: 1,
});
export const fact = (id: string, ...of: string[]) => ({ id, conduct: 'c-1', text: '', evidence: of, round: 1 });
export const accused = { person: 'accused', org: 'market', post: null };
export const CASE: Partial<CaseState> = {
  subjects: ['accused'],
  conducts: [{ id: 'c-1', on: '2024-01-10', summary: '' }],
  organ: 'gov',
  profile: 'organ',
};
export const standing = (more: object) => ({
  declared: 'e',
  conflict: false,
  grounds: null,
  raisedBy: null,
  ruled: null,
  event: 'e',
  ...more,
});
