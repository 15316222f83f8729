/**
 * The guards of the law (§4.3, G1 to G15). Each takes its inputs from what is said and what is known, and what is missing
 * follows from the inputs alone: they are written into the event, so that anybody can evaluate the guard again.
 */
import type { Evaluated } from '../events/accountability.js';
import type { Text } from '../kernel/rule.js';
import { type Asking, INPUTS } from './guard-inputs.js';
import type { Worth } from './contents.js';
import type { GuardId } from './table.js';
import { SANCTIONS_LAW_FROM } from './law.js';

type Inputs = Readonly<Record<string, any>>;
export interface LawGuard {
  /** Stable, as refusals and irregularities name it. */
  readonly code: string;
  readonly says: Text;
  readonly basis: string;
  /** Who can mend it. */
  readonly mend: Text;
  readonly version: number;
  readonly check: (inputs: Inputs) => readonly string[];
}
const HEAD: Text = { zh: '机关负责人', en: "the organ's head" };
const HANDLERS: Text = { zh: '承办人员', en: 'whoever handles it' };

type Named = readonly { what: string; persons: readonly string[] }[];
const twice = (all: readonly string[]) => new Set(all).size;

export const GUARDS: Readonly<Record<GuardId, LawGuard>> = {
  G1: {
    code: 'G1-two-person',
    says: { zh: '须二人以上办理并签字', en: 'two or more people do it, and sign' },
    basis: '政务处分法 art. 42; 监察法 art. 44; 行政机关公务员处分条例 art. 41',
    mend: HANDLERS,
    version: 1,
    check: ({ records, pool }) =>
      (records as Named).flatMap(({ what, persons }) => [
        ...(twice(persons) < 2 ? [`two-persons:${what}`] : []),
        ...(pool !== null && persons.some((one) => !(pool as string[]).includes(one))
          ? [`not-of-the-team:${what}`]
          : []),
      ]),
  },
  G2: {
    code: 'G2-separation-of-duties',
    says: { zh: '不相容岗位分离', en: 'duties are separate' },
    basis: '监察法 art. 39',
    mend: HEAD,
    version: 1,
    check: apart,
  },
  G3: {
    code: 'G3-recusal',
    says: { zh: '先申报、无冲突，或已决定不回避', en: 'declared first, and no conflict, or ruled to stay' },
    basis: '政务处分法 art. 47, 48; 监察法 art. 67; 行政机关公务员处分条例 art. 42, 43',
    mend: { zh: '本人申报；冲突由机关负责人决定', en: "he declares; the organ's head rules on a conflict" },
    version: 1,
    check: ({ people }) =>
      (people as { person: string | null; reason: string | null; accused: boolean }[]).flatMap(
        ({ person, reason, accused }) => [
          ...(person === null ? ['person-unknown'] : []),
          ...(accused ? [`accused:${person}`] : []),
          ...(reason === null ? [] : [`${reason}:${person}`]),
        ],
      ),
  },
  G4: {
    code: 'G4-evidence',
    says: { zh: '事实须有未被排除的证据', en: 'a fact rests on evidence that is not excluded' },
    basis: '政务处分法 art. 42, 45; 监察法 art. 36',
    mend: { zh: '调查人员', en: 'the investigators' },
    version: 1,
    check: ({ facts, least }) => {
      const all = facts as { fact: string; evidence: { id: string; known: boolean; excluded: boolean }[] }[];
      return [
        ...(all.length < (least as number) ? ['no-fact'] : []),
        ...all.flatMap(({ fact, evidence }) => [
          ...(evidence.some(({ known, excluded }) => known && !excluded) ? [] : [`no-evidence:${fact}`]),
          ...evidence.flatMap(({ id, known }) => (known ? [] : [`evidence-unknown:${id}`])),
        ]),
      ];
    },
  },
  G5: {
    code: 'G5-heard',
    says: { zh: '已告知并听取陈述申辩，逐点答复', en: 'facts were served, and the defence heard and answered' },
    basis: '政务处分法 art. 43; 行政机关公务员处分条例 art. 39(4)',
    mend: { zh: '调查人员', en: 'the investigators' },
    version: 1,
    check: ({ served, workdays, least, lapsed, unheard, points }) => [
      ...(served === false ? ['not-served'] : []),
      ...(workdays < least ? ['answer-too-short'] : []),
      ...(lapsed === true ? [] : ((unheard ?? []) as string[]).map((one) => `unheard:${one}`)),
      ...((points ?? []) as { id: string; answered: boolean; accepted: boolean }[]).flatMap(
        ({ id, answered, accepted }) => [
          ...(answered ? [] : [`unanswered:${id}`]),
          ...(accepted ? [`accepted-point:${id}`] : []),
        ],
      ),
    ],
  },
  G6: {
    code: 'G6-no-aggravation',
    says: { zh: '不得因申辩、复审加重', en: 'nothing heavier after a defence or a review' },
    basis: '政务处分法 art. 43, 56',
    mend: { zh: '减轻，或重新调查新的事实', en: 'propose no more, or investigate a new fact' },
    version: 1,
    check: ({ before, now, newFacts }) =>
      before === null || (newFacts as string[]).length > 0
        ? []
        : Object.entries(now as Record<string, number>).flatMap(([subject, rank]) =>
            rank > ((before as Record<string, number>)[subject] ?? 0) ? [`heavier:${subject}`] : [],
          ),
  },
  G7: {
    code: 'G7-collective',
    says: { zh: '集体讨论，逐人表态', en: 'deliberated together, each with his position' },
    basis: '政务处分法 art. 4; 监察法 art. 51; 行政机关公务员处分条例 art. 39(5)',
    mend: { zh: '集体讨论成员', en: 'the members' },
    version: 2,
    check: ({ members, quorum, votes, least = 3 }) => {
      const all = members as string[];
      // Whoever is recused is no member any more, and his vote none.
      const cast = (votes as { member: string; position: string }[]).filter(({ member }) => all.includes(member));
      const favour = cast.filter(({ position }) => position === 'for').length;
      return [
        ...(all.length < (least as number) ? ['panel-too-small'] : []),
        ...((quorum as number) * 2 <= all.length ? ['quorum-too-small'] : []),
        ...(cast.length < (quorum as number) ? ['quorum'] : []),
        ...all.flatMap((one) => (cast.some(({ member }) => member === one) ? [] : [`vote:${one}`])),
        ...(favour * 2 > all.length ? [] : ['no-majority']),
      ];
    },
  },
  G8: {
    code: 'G8-authority',
    says: { zh: '按干部管理权限决定', en: 'the organ that has authority over the person' },
    basis: '政务处分法 art. 44, 50; 行政机关公务员处分条例 art. 34–37',
    mend: {
      zh: '登记管理员登记权限；或移送有权机关',
      en: 'the registrar of authority, or a transfer to the organ that has it',
    },
    version: 1,
    check: ({ organ, subjects, heavy, higherThan }) => [
      ...(organ === higherThan ? ['not-higher'] : []),
      ...(subjects as { person: string; organ: string | null; standing: string | null; steps: number }[]).flatMap(
        ({ person, organ: of, standing, steps }) => [
          ...(of === null ? [`authority-unknown:${person}`] : of === organ ? [] : [`authority-other:${person}`]),
          ...((heavy as string[]).includes(person) && standing !== null && standing !== 'ordinary' && steps === 0
            ? [`prior-step:${person}`]
            : []),
        ],
      ),
    ],
  },
  G9: {
    code: 'G9-one-sanction',
    says: {
      zh: '同一行为不重复处分，三轨不混用',
      en: 'one sanction for one conduct, and no track gives what is of another',
    },
    basis: '政务处分法 art. 16; 公务员法 art. 61',
    mend: {
      zh: '先占用行为；已由他机关处分的不再处分',
      en: 'claim the conduct; what another organ has sanctioned is not sanctioned again',
    },
    version: 1,
    check: ({ organ, case: of, conducts, sanctions, profile }) => [
      ...(sanctions && profile === 'adm' ? ['track'] : []),
      ...(conducts as { id: string; case: string | null; sanctions: string[] }[]).flatMap(
        ({ id, case: claimed, sanctions: others }) => [
          ...(claimed === null ? [`not-claimed:${id}`] : claimed === of ? [] : [`claimed-by-other:${id}`]),
          ...(sanctions && others.some((one) => one !== organ) ? [`sanctioned-elsewhere:${id}`] : []),
        ],
      ),
    ],
  },
  G10: {
    code: 'G10-content',
    says: { zh: '决定书具备五项要件', en: 'the decision has its five elements' },
    basis: '政务处分法 art. 45; 行政机关公务员处分条例 art. 45',
    mend: { zh: '拟稿人', en: 'whoever drafts it' },
    version: 1,
    check: ({ elements }) =>
      Object.entries(elements as Record<string, boolean>).flatMap(([name, there]) =>
        there ? [] : [`element:${name}`],
      ),
  },
  G11: {
    code: 'G11-review-disjoint',
    says: { zh: '复审复核人员未参与原案', en: 'reviewers have not handled it before' },
    basis: '政务处分法 art. 55–57; 回避原则',
    mend: HEAD,
    version: 1,
    check: apart,
  },
  G12: {
    code: 'G12-clock',
    says: {
      zh: '在期限之内，或依法定事由延长、中止',
      en: 'within its limit, or extended and suspended on a ground of law',
    },
    basis: '政务处分法 art. 8, 26, 55, 63; 行政机关公务员处分条例 art. 44; 公务员法 art. 95, 96',
    mend: HEAD,
    version: 1,
    check: ({ conditions }) =>
      Object.entries(conditions as Record<string, boolean>).flatMap(([name, kept]) => (kept ? [] : [name])),
  },
  G13: {
    code: 'G13-identity',
    says: { zh: '举报人身份保密，不转被举报单位', en: 'the reporter stays unknown, and the accused unit is not told' },
    basis: '信访工作条例 art. 30; 政务处分法 art. 63(2)',
    mend: { zh: '案件监督管理人员', en: 'the case-supervision officer' },
    version: 1,
    check: ({ to, accusedOrgs, reporter, recorded }) => [
      ...((accusedOrgs as string[]).includes(to as string) ? ['to-the-accused'] : []),
      ...(reporter !== null && !recorded ? ['reporter-unknown'] : []),
    ],
  },
  G14: {
    code: 'G14-transitional',
    says: { zh: '从旧兼从轻', en: 'the law of the time, unless the newer one is lighter' },
    basis: '政务处分法 art. 67',
    mend: { zh: '提出处理意见的人', en: 'whoever proposes the outcome' },
    version: 1,
    check: ({ conducts, outcomes }) => {
      const all = conducts as { id: string; on: string }[];
      const old = new Set(all.filter(({ on }) => on < SANCTIONS_LAW_FROM).map(({ id }) => id));
      return (outcomes as { code: string; conducts: string[]; law: string }[]).flatMap(({ code, conducts: of, law }) =>
        law === 'now' && of.some((id) => old.has(id)) ? [`old-law:${code}`] : [],
      );
    },
  },
  G15: {
    code: 'G15-no-interference',
    says: { zh: '打听、干预案件均已登记', en: 'whoever asked about it or pleaded is on record' },
    basis: '监察法 art. 66',
    mend: HANDLERS,
    version: 1,
    check: ({ stated }) => (stated ? [] : ['interference-not-stated']),
  },
  CAPACITY: {
    code: 'not-in-this-capacity',
    says: { zh: '须由承担该职责的人办理', en: 'done by those whose part it is' },
    basis: '监察法 art. 39, 41; 政务处分法 art. 42',
    mend: HEAD,
    version: 1,
    check: ({ as, holders, person }) =>
      holders === null || (holders as string[]).includes(person as string) ? [] : [`not-as:${as}`],
  },
  SIGNED: {
    code: 'not-signed',
    says: { zh: '文书已按现内容签署', en: 'the document is signed as it reads now' },
    basis: '签署权限表; 监察法 art. 44; 电子签名法 art. 5–8',
    mend: { zh: '应签署的人', en: 'those who have to sign' },
    version: 1,
    check: ({ documents }) => (documents as Worth[]).flatMap(unsigned),
  },
  UNINVOLVED: {
    code: 'accused-or-of-its-unit',
    says: {
      zh: '被反映、被调查人及其单位人员回避，不得办理',
      en: 'nobody handles it who is accused, or belongs to an accused unit',
    },
    basis: '政务处分法 art. 47, 48; 监察法 art. 67; 行政机关公务员处分条例 art. 42, 43',
    mend: {
      zh: '由不属当事单位的承办人员办理；单位自报的线索由受理机关人员登记',
      en: 'somebody of no accused unit does it; what a unit reports of itself is registered by the office that receives it',
    },
    version: 1,
    check: ({ people, accused, orgs }) =>
      (people as { person: string; units: string[] }[]).flatMap(({ person, units }) => [
        ...((accused as string[]).includes(person) ? [`accused:${person}`] : []),
        ...(units.some((unit) => (orgs as string[]).includes(unit)) ? [`of-accused-unit:${person}`] : []),
      ]),
  },
  FIT: {
    code: 'not-as-recorded',
    says: { zh: '与案卷记载相符', en: 'fits what is on record' },
    basis: '办案程序（监察法 ch. 5; 行政机关公务员处分条例 ch. 4）',
    mend: HANDLERS,
    version: 1,
    check: ({ conditions }) =>
      Object.entries(conditions as Record<string, boolean>).flatMap(([name, kept]) => (kept ? [] : [name])),
  },
};

function apart({ acting, others, departments }: Inputs): readonly string[] {
  const found = Object.entries(others as Record<string, string[]>).flatMap(([part, persons]) =>
    (acting as string[]).flatMap((one) => (persons.includes(one) ? [`same-person:${part}`] : [])),
  );
  const { named, not } = departments as { named: string[]; not: string[] };
  return [...new Set([...found, ...named.flatMap((one) => (not.includes(one) ? [`same-department:${one}`] : []))])];
}
function unsigned({ kind, version, current, signatures, needed }: Worth): readonly string[] {
  if (version === 0) return [`document:${kind}`];
  if (!current) return [`outdated:${kind}`];
  return needed.flatMap(({ as, of, number }) => {
    const signed = new Set(signatures.filter((one) => one.as === as).map(({ person }) => person));
    const enough = of === null ? signed.size >= number : of.length > 0 && of.every((one) => signed.has(one));
    return enough ? [] : [`signature:${kind}:${as}`];
  });
}

export function evaluate(guard: GuardId, asking: Asking): Evaluated {
  const { version, check } = GUARDS[guard];
  const inputs = INPUTS[guard](asking);
  return { guard, version, inputs, missing: check(inputs) };
}
/** From the log alone: whether what was recorded follows from its inputs. */
export const again = ({ guard, inputs }: Evaluated): readonly string[] => GUARDS[guard as GuardId].check(inputs);
