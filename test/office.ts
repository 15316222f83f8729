/** What another office tells of its leads and cases, in a line each: whatever it breaks, it is recorded. */
import { caseFile } from '../src/areas/accountability/case.js';
import { lead } from '../src/areas/accountability/lead.js';
import { recusal } from '../src/areas/accountability/recusal.js';
import { conduct } from '../src/areas/accountability/registers.js';
import { review } from '../src/areas/accountability/review.js';
import type { Decider } from '../src/kernel/decider.js';
import { member, outcome } from './affair.js';
import { clock, openTown, type Town } from './town.js';

const DECIDERS = { lead, case: caseFile, review, recusal, conduct } as const;
type Machine = keyof typeof DECIDERS;
const PEOPLE = [
  'accused',
  'registrar',
  'triager',
  'leader',
  'head',
  'inq-1',
  'inq-2',
  'inv-1',
  'inv-2',
  'adj-1',
  'adj-2',
];
PEOPLE.push('mem-1', 'mem-2', 'rev-1', 'rev-2', 'personnel', 'accused-2');
export interface Telling {
  /** The day on which the ledger is told; when it happened unless told. */
  readonly told?: string;
  readonly time?: string;
  readonly precision?: 'day';
}

export async function openOffice(from: string, years: readonly number[] = [2024, 2025]) {
  const town = await openTown(from, { years });
  const who: Record<string, string> = {};
  for (const value of PEOPLE) who[value] = await town.world.vault.personFor({ kind: 'staff-no', value });
  const members = (...people: readonly string[]) => people.map((one) => member(who[one]!, `dept-${one}`));
  const outcomeFor = (id: string, code: string, more: object = {}) =>
    outcome(code, { subject: who['accused'], conducts: [`c-${id}`], ...more });
  const tell =
    (machine: Machine) =>
    (id: string, type: string, day: string, data: object, person: string | null, telling: Telling = {}) => {
      const { told = day, time = '09:00', precision } = telling;
      const occurredAt = clock(day, time);
      const report = { system: 'other-office', occurredAt, registeredAt: occurredAt, ...(precision && { precision }) };
      const decider = DECIDERS[machine] as Decider;
      return town.say({
        decider,
        id,
        type,
        data,
        at: told === day ? occurredAt : clock(told, '20:00'),
        report,
        by: { person: person === null ? null : (who[person] ?? person), org: 'gov' },
      });
    };
  const of = tell('case');
  const told = {
    lead: tell('lead'),
    case: of,
    review: tell('review'),
    recusal: tell('recusal'),
    conduct: tell('conduct'),
    register: (id: string, day: string, more: object = {}, telling: Telling = {}) =>
      tell('lead')(
        id,
        'RegisterLead',
        day,
        {
          source: 'complaint',
          profile: 'organ',
          subjects: [{ personId: who['accused'], personal: {}, org: 'market' }],
          orgs: ['market'],
          allegations: [{ code: 'a', text: '反映' }],
          ...more,
        },
        'registrar',
        telling,
      ),
    clear: (id: string, day: string, ...people: readonly string[]) =>
      Promise.all(people.map((one) => tell('recusal')(id, 'DeclareConflict', day, { conflict: false }, one))),
    propose: (id: string, day: string, more: object = {}, by: string | null = 'inq-1', telling: Telling = {}) =>
      of(
        id,
        'ProposeFiling',
        day,
        {
          profile: 'organ',
          organ: 'gov',
          subjects: [who['accused']],
          conducts: [{ id: `c-${id}`, on: '2024-01-10', summary: '行为' }],
          reason: '涉嫌',
          ...more,
        },
        by,
        telling,
      ),
    approve: (id: string, day: string, by: string | null = 'head', telling: Telling = {}) =>
      of(id, 'ApproveFiling', day, { caseNo: `立${id}` }, by, telling),
    assign: (id: string, day: string, ...people: readonly string[]) =>
      of(id, 'AssignInvestigators', day, { members: members(...people), plan: '方案' }, 'head'),
    fact: (id: string, day: string, fact: string, telling: Telling = {}) =>
      of(id, 'AssertFact', day, { fact, conduct: `c-${id}`, text: '事实', evidence: ['v-1'] }, 'inv-1', telling),
    conclude: (id: string, day: string, code: string) =>
      of(id, 'ConcludeInvestigation', day, { proposal: [outcomeFor(id, code)], noInterference: true }, 'inv-1'),
    serve: (id: string, day: string, answerBy: string) =>
      of(id, 'ServeFacts', day, { servers: [who['inv-1'], who['inv-2']], signed: 'signed', answerBy }, 'inv-1'),
    decide: (id: string, day: string, code: string, more: object = {}, telling: Telling = {}) =>
      of(
        id,
        'Decide',
        day,
        {
          outcomes: [outcomeFor(id, code)],
          documentNo: '处1号',
          seal: '县政府',
          remedy: { route: '申请复核', days: 30 },
          noInterference: true,
          ...more,
        },
        'head',
        telling,
      ),
  };
  return { town, who, members, outcomeFor, ...told };
}
export type Office = Awaited<ReturnType<typeof openOffice>>;
export type { Town };
