/**
 * Documents (文书): streams `document-<affair>.<kind>`. Their content is made from the events of the affair; a signature
 * covers the digest of its canonical text, and with it every fact and proposal in it. A new version voids signatures.
 */
import { canonical } from '../../../projections/kernel/canonical.js';
import type { DocumentEvent } from '../../../projections/events/accountability.js';
import { contentOf, holdersOf } from '../../../projections/accountability/contents.js';
import { documentRegister, type DocumentState } from '../../../projections/accountability/registers.js';
import { barred } from '../../../projections/accountability/recusal.js';
import {
  type Capacity,
  DOCUMENT_KINDS,
  type DocumentKind,
  DOCUMENTS,
} from '../../../projections/accountability/table.js';
import { wordsOf } from '../../../projections/accountability/missing.js';
import type { Context, Decider, Guard } from '../../kernel/decider.js';
import { affairNeeds, affairOf, type Given, partOf } from './steps.js';

export type DocumentCommand =
  | { type: 'DraftDocument'; data: object }
  | { type: 'ReviseDocument'; data: { reason: string } }
  | {
      type: 'SignDocument';
      data: {
        digest: string;
        as: Capacity;
        reservation?: string;
        factor: Readonly<{ kind: string; shownAt: string }> | null;
      };
    };
type Facts = Record<DocumentCommand['type'], Given>;
/** `A-1.decision` */
const splitId = (id = '') => {
  const dot = id.lastIndexOf('.');
  const kind = id.slice(dot + 1) as DocumentKind;
  return { affair: dot < 0 ? '' : id.slice(0, dot), kind: DOCUMENT_KINDS.includes(kind) ? kind : null };
};
const affairIn = (context: Context & Given) => {
  const { affair, kind } = splitId(context.id);
  return { kind, affair: affairOf(affair, null, null, context) };
};
const contentNow = (context: Context & Given): object => {
  const { kind, affair } = affairIn(context);
  return kind === null ? {} : contentOf(kind, affair);
};

const BASIS = '签署权限表; 电子签名法 art. 5–8; 监察法 art. 44';
const known: Guard<DocumentState, object, Given> = {
  code: 'document-of-nothing',
  says: { zh: '没有这一文书或案件', en: 'there is no such document, or no such case' },
  basis: BASIS,
  standing: true,
  broken: (_, __, context) => {
    const { kind, affair } = affairIn(context);
    return (kind === null || affair[DOCUMENTS[kind].of].status === 'none') && { details: { kind } };
  },
};
const mayHandle: Guard<DocumentState, object, Given> = {
  code: 'G3-recusal',
  says: { zh: '先申报、无冲突，或已决定不回避', en: 'declared first, and no conflict, or ruled to stay' },
  basis: '政务处分法 art. 47, 48',
  standing: true,
  broken: (_, __, context) => {
    const { person } = context.by;
    const { affair } = affairIn(context);
    const isAccused = affair.lead.accused.some((one) => one.person === person);
    const why = person === null ? 'person-unknown' : isAccused ? 'accused' : barred(affair.recusal, person);
    return why !== null && { details: { guard: 'G3', missing: [wordsOf(`${why}:${person}`)] } };
  },
};
/** G2: whoever drafts the decision does not chair the deliberation. */
const drafterNotChair: Guard<DocumentState, object, Given> = {
  code: 'G2-separation-of-duties',
  says: { zh: '不相容岗位分离', en: 'duties are separate' },
  basis: '监察法 art. 39',
  standing: true,
  broken: (_, __, context) => {
    const { kind, affair } = affairIn(context);
    return (
      kind === 'decision' &&
      affair.case.panel?.chair === context.by.person && {
        details: { guard: 'G2', missing: [wordsOf('same-person:chair')] },
      }
    );
  },
};
const changed: Guard<DocumentState, object, Given> = {
  code: 'document-unchanged',
  says: { zh: '内容没有变化', en: 'it would say what it says' },
  basis: BASIS,
  standing: true,
  broken: (_, { content }, context) =>
    content !== null && canonical(content) === canonical(contentNow(context)) && { details: {} },
};
const current: Guard<DocumentState, object, Given> = {
  code: 'document-outdated',
  says: { zh: '文书与现内容不符，须先改稿', en: 'the document does not say what is the case now: revise it first' },
  basis: BASIS,
  standing: true,
  broken: (_, { content, since }, context) =>
    (content === null || canonical(content) !== canonical(contentNow(context))) && {
      details: {},
      refs: since ? [since] : [],
    },
};
const whatWasSeen: Guard<DocumentState, { digest: string }> = {
  code: 'digest-of-another-version',
  says: { zh: '所签内容不是现行版本', en: 'what was seen is not the version that there is' },
  basis: BASIS,
  broken: ({ digest }, state) =>
    digest !== state.digest && { details: { digest: state.digest, version: state.version } },
};
const ofTheMatrix: Guard<DocumentState, { as: Capacity }, Given> = {
  code: 'not-of-the-signing-matrix',
  says: { zh: '无权以此身份签署', en: 'does not sign it as this' },
  basis: BASIS,
  broken: ({ as }, _, context) => {
    const { kind, affair } = affairIn(context);
    if (kind === null) return { details: {} };
    const needed: Readonly<Partial<Record<Capacity, number | 'all'>>> = DOCUMENTS[kind].signs;
    const holders = as in needed ? holdersOf(as, affair) : [];
    const may = holders === null || (context.by.person !== null && holders.includes(context.by.person));
    return !may && { details: { as, needed: Object.keys(needed) } };
  },
};
/** G2: an opinion is approved by somebody else than whose it is. */
const approvedByAnother: Guard<DocumentState, { as: Capacity }, Given> = {
  code: 'G2-separation-of-duties',
  says: { zh: '不相容岗位分离', en: 'duties are separate' },
  basis: '监察法 art. 39',
  broken: ({ as }, { signatures }, context) => {
    const { kind, affair } = affairIn(context);
    const { person } = context.by;
    const isHis = affair.lead.triagers.some((one) => one === person);
    const signedAsOther = signatures.some((one) => one.person === person && one.as !== as);
    return (
      kind === 'triage-opinion' &&
      (signedAsOther || (as === 'approver' && isHis)) && {
        details: { guard: 'G2', missing: [wordsOf('same-person:triager')] },
      }
    );
  },
};
const signedOnce: Guard<DocumentState, { as: Capacity }> = {
  code: 'signed-already',
  says: { zh: '已签署', en: 'has signed it' },
  basis: BASIS,
  broken: ({ as }, { signatures }, { by }) => {
    const mine = signatures.find((one) => one.person === by.person && one.as === as);
    return mine !== undefined && { details: { as }, refs: [mine.event] };
  },
};
const needs = (_: object, { id }: Context) => affairNeeds(splitId(id).affair, null);

/** `digestOf`: SHA-256 of a text, as `sha256:…`; the shell's, for what is pure has none. */
export const documentFor = (
  digestOf: (text: string) => string,
): Decider<DocumentState, DocumentCommand, DocumentEvent, Facts> => {
  const about = (context: Context & Given) => {
    const { affair, kind } = splitId(context.id);
    const content = contentNow(context);
    const digest = digestOf(canonical(content));
    const documents = [{ id: context.id ?? '', digest }];
    return { content, digest, kind, part: { refs: [partOf(affair)], documents } };
  };
  return {
    ...documentRegister,
    classification: 'sealed',
    commands: {
      DraftDocument: {
        says: { zh: '拟稿', en: 'draft a document' },
        from: ['none'],
        guards: [known, mayHandle, drafterNotChair],
        needs,
        events: (_, __, context) => {
          const { content, digest, kind, part } = about(context);
          return [{ type: 'DocumentDrafted', data: { kind: kind ?? 'decision', content, digest }, ...part }];
        },
      },
      ReviseDocument: {
        says: { zh: '改稿', en: 'make a new version' },
        from: ['drafted'],
        guards: [known, mayHandle, drafterNotChair, changed],
        needs,
        events: ({ reason }, { signatures }, context) => {
          const { content, digest, part } = about(context);
          const voided = signatures.map(({ event }) => event);
          return [{ type: 'DocumentRevised', data: { content, digest, reason, voided }, ...part }];
        },
      },
      SignDocument: {
        says: { zh: '签署', en: 'sign a document' },
        from: ['drafted'],
        guards: [known, mayHandle, whatWasSeen, current, ofTheMatrix, approvedByAnother, signedOnce],
        needs,
        events: (data, _, context) => [
          { type: 'DocumentSigned', data, legalBasis: ['电子签名法 art. 5–8'], ...about(context).part },
        ],
      },
    },
  };
};
