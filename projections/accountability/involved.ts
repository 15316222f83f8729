/** Whom an affair is about (当事人、当事单位), and what tells of it: they may not learn that there is one. */
import type { AccountabilityEvent } from '../events/accountability.js';
import { idOf, type Recorded } from '../kernel/message.js';
import { projection } from '../kernel/projection.js';
import { affairOfStream } from './acts.js';

/** `person/<id>` or `org/<code>`. */
export type InvolvedRow = { id: string; affair: string; who: string };
type Told = Readonly<{ subjects?: readonly unknown[]; orgs?: readonly string[] }>;

/** Of a lead, the subjects with their units; of a case that another office reports without one, the subjects alone. */
function involvedIn({ data }: Recorded): readonly string[] {
  const { subjects = [], orgs = [] } = data as Told;
  const people = subjects.map((one) => (typeof one === 'string' ? { personId: one } : one)) as {
    personId: string;
    org?: string;
  }[];
  const units = [...orgs, ...people.flatMap(({ org }) => org ?? [])];
  return [...new Set([...people.map(({ personId }) => `person/${personId}`), ...units.map((org) => `org/${org}`)])];
}
const naming = (category: string) => ({
  keys: (event: Recorded) => involvedIn(event).map((who) => `${idOf(category)(event)} ${who}`),
  fold: (_row: InvolvedRow | undefined, _event: Recorded, _look: object, id: string): InvolvedRow => {
    const space = id.indexOf(' ');
    return { id, affair: id.slice(0, space), who: id.slice(space + 1) };
  },
});
export const involvements = projection<AccountabilityEvent>()<InvolvedRow>({
  name: 'accountability_involved',
  version: 1,
  key: 'id',
  columns: { id: 'text', affair: 'text', who: 'text' },
  indexes: { byWho: ['who'] },
  uses: {},
  on: { LeadRegistered: naming('lead'), FilingProposed: naming('case') },
});

/** Who asks, at a post of which unit, and of which units he is. */
export type Asker = Readonly<{ person: string | null; org?: string; units?: readonly string[] }>;
/** Of whoever asks, or acts. */
export const askerOf = ({ by, units }: { readonly by: Asker; readonly units?: readonly string[] }): Asker => ({
  person: by.person,
  ...(by.org !== undefined && { org: by.org }),
  ...(units && { units }),
});
/** The unit of his post is his, whatever else is known. */
export const unitsOfAsker = ({ org, units = [] }: Asker): readonly string[] => [
  ...new Set([...units, ...(org === undefined ? [] : [org])]),
];
/** Whether a row is about him, or about his unit. */
export const isInvolved = (
  { accused, orgs }: { readonly accused: readonly string[]; readonly orgs: readonly string[] },
  asker: Asker,
): boolean =>
  (asker.person !== null && accused.includes(asker.person)) || unitsOfAsker(asker).some((unit) => orgs.includes(unit));

/** Rules about how people are held to account: what they find is as secret as the affair that it is about. */
export const isOfAffairs = (rule: string): boolean => rule.startsWith('AC-');
/** What one of them has found, by affair; of AC-07, by the finding of which nothing came, or the lead of its name. */
export function affairsOf(
  rule: string,
  subject: string,
  details: Readonly<Record<string, unknown>>,
): readonly string[] {
  const [first = ''] = subject.split(' ');
  switch (rule) {
    case 'AC-01':
      return [affairOfStream(first)];
    case 'AC-05':
      return typeof details['affairs'] === 'string' ? details['affairs'].split(' ') : [];
    default:
      return [first];
  }
}
