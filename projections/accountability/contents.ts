/** What documents say (文书内容): made from the states that events leave, so that it can be made again from the log. */
import { canonical } from '../kernel/canonical.js';
import type { CaseState } from './case.js';
import type { LeadState } from './lead.js';
import type { ReviewState } from './review.js';
import type { DocumentState } from './registers.js';
import type { RecusalState } from './recusal.js';
import { type Capacity, DOCUMENTS, type DocumentKind } from './table.js';

/** An affair as a whole: whatever shares its id. */
export interface Affair {
  readonly id: string;
  readonly lead: LeadState;
  readonly case: CaseState;
  readonly review: ReviewState;
  readonly recusal: RecusalState;
}
const people = ({ lead, case: { subjects } }: Affair) => lead.accused.filter(({ person }) => subjects.includes(person));
const facts = ({ case: { facts: all } }: Affair) =>
  all.map(({ id, conduct, text, evidence }) => ({ id, conduct, text, evidence }));

const CONTENTS: Readonly<Record<DocumentKind, (affair: Affair) => object>> = {
  'triage-opinion': ({ lead: { profile, source, reference, accused, orgs, triage } }) => ({
    profile,
    source,
    reference,
    subjects: accused,
    orgs,
    triageRoute: triage?.route ?? null,
    reasons: triage?.reasons ?? null,
    proposedBy: triage?.by ?? null,
  }),
  'inquiry-plan': ({ lead: { accused, inquirers, plan } }) => ({ subjects: accused, inquirers, plan }),
  'extension-report': (affair) => {
    const { profile, organ, caseNo, filedOn, extension } = affair.case;
    const { ground = null, reason = null, by = null } = extension ?? {};
    return {
      profile,
      organ,
      caseNo,
      subjects: people(affair),
      filedOn,
      extensionGround: ground,
      reason,
      proposedBy: by,
    };
  },
  'filing-report': (affair) => {
    const { profile, organ, conducts, reason } = affair.case;
    return { profile, organ, subjects: people(affair), conducts, reason };
  },
  'findings-report': (affair) => {
    const { round, evidence, proposal, dissents, investigators } = affair.case;
    const kept = evidence.map(({ id, by, excluded }) => ({ id, by, excluded }));
    return { round, investigators, subjects: people(affair), facts: facts(affair), evidence: kept, proposal, dissents };
  },
  'facts-notice': (affair) => ({
    round: affair.case.round,
    organ: affair.case.organ,
    subjects: people(affair),
    facts: facts(affair),
    intended: affair.case.proposal,
  }),
  'adjudication-opinion': (affair) => {
    const { opinion, proposal, adjudicators, answers } = affair.case;
    return { adjudicators, facts: facts(affair), answers, opinion, proposal };
  },
  minutes: ({ case: { panel, votes, proposal, facts: all } }) => ({
    chair: panel?.chair ?? null,
    quorum: panel?.quorum ?? null,
    members: panel?.members ?? [],
    votes,
    facts: all.map(({ id }) => id),
    proposal,
  }),
  // 政务处分法 art. 45: who, facts and evidence, kind and basis, remedy with its term, organ and date.
  decision: (affair) => {
    const { organ, caseNo, decision } = affair.case;
    return {
      caseNo,
      decision: decision?.event ?? null,
      documentNo: decision?.documentNo ?? null,
      subjects: people(affair),
      facts: facts(affair),
      outcomes: decision?.outcomes ?? [],
      remedy: decision?.remedy ?? null,
      organ,
      seal: decision?.seal ?? null,
      on: decision?.on ?? null,
    };
  },
  'service-record': (affair) => ({
    decision: affair.case.decision?.event ?? null,
    documentNo: affair.case.decision?.documentNo ?? null,
    subjects: people(affair),
    service: affair.case.service,
  }),
  'review-decision': ({ review: { subject, decision, organ, result } }) => ({ subject, decision, organ, result }),
};
export const contentOf = (kind: DocumentKind, affair: Affair): object => ({
  document: kind,
  affair: affair.id,
  ...CONTENTS[kind](affair),
});

/** As what somebody acts because he was named, and not by an office. */
export const NAMED: ReadonlySet<Capacity> = new Set([
  'inquirer',
  'investigator',
  'adjudicator',
  'member',
  'chair',
  'reviewer',
  'server',
  'anyone',
]);
type Named = Pick<Affair, 'lead' | 'case' | 'review'>;
/** Who acts in a capacity now. Null: whoever has the office; the table of permissions says who that is. */
export function holdersOf(as: Capacity, { lead, case: of, review }: Named): readonly string[] | null {
  const persons = (all: readonly { readonly person: string }[]) => all.map(({ person }) => person);
  switch (as) {
    case 'inquirer':
      return lead.inquirers.length === 0 ? null : persons(lead.inquirers);
    case 'investigator':
      return persons(of.investigators);
    case 'adjudicator':
      return persons(of.adjudicators);
    case 'member':
      return persons(of.panel?.members ?? []);
    case 'chair':
      return of.panel ? [of.panel.chair] : [];
    case 'server':
      return of.servers;
    case 'reviewer':
      return review.now;
    case 'anyone':
      return [...persons(of.investigators), ...persons(of.adjudicators)];
    default:
      return null;
  }
}
const isRecused = ({ recusal }: Affair, person: string) =>
  Object.hasOwn(recusal.of, person) && recusal.of[person]!.ruled === 'recused';

/** What a document is worth: whether it says what is the case now, who has to sign it, and who has. */
export function worthOf(kind: DocumentKind, document: DocumentState, affair: Affair) {
  const needed: Readonly<Partial<Record<Capacity, number | 'all'>>> = DOCUMENTS[kind].signs;
  const signatures = document.signatures.map(({ person, as }) => ({ person, as }));
  return {
    kind,
    version: document.version,
    digest: document.digest,
    current: document.content !== null && canonical(document.content) === canonical(contentOf(kind, affair)),
    signatures,
    needed: Object.entries(needed).map(([as, many]) => {
      const holders = (holdersOf(as as Capacity, affair) ?? []).filter((person) => !isRecused(affair, person));
      const number = many === 'all' ? holders.length : many;
      return { as, of: many === 'all' ? holders : null, number: Math.max(1, number) };
    }),
  };
}
export type Worth = ReturnType<typeof worthOf>;
