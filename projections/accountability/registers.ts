/** What decisions look up: conducts, who decides about whom, reporters, documents. */
import type { AuthorityEvent, ConductEvent, DocumentEvent, ReporterEvent } from '../events/accountability.js';
import type { Fold, Status } from '../kernel/fold.js';
import type { DocumentKind } from './table.js';

export interface ConductState extends Status {
  readonly status: 'none' | 'claimed' | 'released';
  readonly case: string | null;
  readonly organ: string | null;
  /** What other organs did about it. */
  readonly sanctions: readonly Readonly<{ organ: string; code: string; event: string }>[];
}
export const conductRegister: Fold<ConductState, ConductEvent> = {
  category: 'conduct',
  initial: { status: 'none', case: null, organ: null, sanctions: [] },
  evolve: (state, event) => {
    switch (event.type) {
      case 'ConductClaimed':
        return { ...state, ...event.data, status: 'claimed', since: event.id };
      case 'ConductReleased':
        return { ...state, status: 'released', case: null, organ: null, since: event.id };
      case 'SanctionReported': {
        const { organ, code } = event.data;
        return { ...state, sanctions: [...state.sanctions, { organ, code, event: event.id }] };
      }
      default:
        return state;
    }
  },
};

type Authority = Readonly<{ organ: string; level: string; standing: string; from: string; event: string }>;
export interface AuthorityState extends Status {
  readonly status: 'none' | 'set';
  readonly all: readonly Authority[];
  readonly steps: readonly Readonly<{ on: string; event: string }>[];
}
export const authorityRegister: Fold<AuthorityState, AuthorityEvent> = {
  category: 'authority',
  initial: { status: 'none', all: [], steps: [] },
  evolve: (state, event) => {
    switch (event.type) {
      case 'AuthoritySet': {
        const { organ, level, standing, from } = event.data;
        const all = [...state.all, { organ, level, standing, from, event: event.id }];
        return { ...state, status: 'set', since: event.id, all: all.toSorted((a, b) => (a.from < b.from ? -1 : 1)) };
      }
      case 'PriorStepDone':
        return { ...state, steps: [...state.steps, { on: event.data.on, event: event.id }] };
      default:
        return state;
    }
  },
};
/** personnel_authority(person, day). */
export const authorityOn = ({ all }: AuthorityState, on: string): Authority | null =>
  all.findLast(({ from }) => from <= on) ?? null;

export interface ReporterState extends Status {
  readonly status: 'none' | 'recorded';
  readonly person: string | null;
  readonly named: boolean;
}
export const reporterRegister: Fold<ReporterState, ReporterEvent> = {
  category: 'reporter',
  initial: { status: 'none', person: null, named: false },
  evolve: (state, { type, data, id }) =>
    type === 'ReporterRecorded'
      ? { status: 'recorded', since: id, person: data.reporter.personId, named: data.named }
      : state,
};

export type Signature = Readonly<{ person: string; as: string; reservation: string | null; event: string }>;
export interface DocumentState extends Status {
  readonly status: 'none' | 'drafted';
  readonly kind: DocumentKind | null;
  readonly version: number;
  readonly drafter: string | null;
  readonly content: object | null;
  readonly digest: string | null;
  /** Of this version. */
  readonly signatures: readonly Signature[];
  /** Of earlier versions, with the event that voided them. */
  readonly voided: readonly (Signature & Readonly<{ by: string; version: number }>)[];
}
export const documentRegister: Fold<DocumentState, DocumentEvent> = {
  category: 'document',
  initial: {
    status: 'none',
    kind: null,
    version: 0,
    drafter: null,
    content: null,
    digest: null,
    signatures: [],
    voided: [],
  },
  evolve: (state, event) => {
    const version = state.version + 1;
    switch (event.type) {
      case 'DocumentDrafted': {
        const { kind, content, digest } = event.data;
        const drafter = event.actor.person;
        return { ...state, status: 'drafted', since: event.id, kind, content, digest, version, drafter };
      }
      case 'DocumentRevised': {
        const { content, digest } = event.data;
        const voided = state.signatures.map((one) => ({ ...one, by: event.id, version: state.version }));
        const drafter = event.actor.person;
        return {
          ...state,
          since: event.id,
          content,
          digest,
          version,
          drafter,
          signatures: [],
          voided: [...state.voided, ...voided],
        };
      }
      case 'DocumentSigned': {
        const { digest, as, reservation = null } = event.data;
        const { person } = event.actor;
        if (person === null || digest !== state.digest) return state; // what it covered is not what there is
        return { ...state, signatures: [...state.signatures, { person, as, reservation, event: event.id }] };
      }
      default:
        return state;
    }
  },
};
