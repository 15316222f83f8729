/** Whether a person's key may be destroyed: two people approve, neither of whom asked, and nothing holds it. */
import type { ErasureEvent } from '../../../projections/events/erasure.js';
import type { Status } from '../../../projections/kernel/fold.js';
import type { DataOf } from '../../../projections/kernel/message.js';
import type { Decider, Draft, Guard } from '../../kernel/decider.js';

export type ErasureCommand =
  | { type: 'PlaceHold'; data: DataOf<ErasureEvent, 'LegalHoldPlaced'> }
  | { type: 'LiftHold'; data: DataOf<ErasureEvent, 'LegalHoldLifted'> }
  | { type: 'RequestErasure'; data: DataOf<ErasureEvent, 'ErasureRequested'> }
  | { type: 'ApproveErasure'; data: { reason: string } }
  | { type: 'ErasePerson'; data: { copies: number } };

export interface ErasureState extends Status {
  readonly status: 'none' | 'requested' | 'erased';
  /** Ids of the events that placed them. */
  readonly holds: readonly string[];
  readonly request: { readonly id: string; readonly by: string | null } | null;
  readonly approvals: readonly { readonly id: string; readonly by: string | null }[];
}

/** How many have to approve. */
export const APPROVERS = 2;
const BASIS = '个人信息保护法 art. 47';

const held: Guard<ErasureState> = {
  code: 'legal-hold',
  says: { zh: '有保全，不得删除', en: 'a legal hold is on it' },
  basis: '个人信息保护法 art. 47 para. 2；监察法实施条例',
  standing: true,
  broken: (_, { holds }) => holds.length > 0 && { details: { holds: holds.length }, refs: holds },
};
const holdThere: Guard<ErasureState, { hold: string }> = {
  code: 'no-such-hold',
  says: { zh: '没有这项保全', en: 'there is no such hold' },
  basis: BASIS,
  broken: ({ hold }, { holds }) => !holds.includes(hold) && { details: { hold } },
};
const someoneElse: Guard<ErasureState> = {
  code: 'same-person',
  says: { zh: '申请人不得批准，一人只能批准一次', en: 'who asked does not approve, and nobody approves twice' },
  basis: BASIS,
  broken: (_, { request, approvals }, { by }) => {
    const before = [request, ...approvals].find((each) => each && each.by === by.person);
    return (
      (by.person === null || before != null) && { details: { person: by.person }, refs: before ? [before.id] : [] }
    );
  },
};
const approved: Guard<ErasureState> = {
  code: 'not-approved',
  says: { zh: `须由 ${APPROVERS} 人批准`, en: `${APPROVERS} people have to approve` },
  basis: BASIS,
  standing: true,
  broken: (_, { approvals }) =>
    approvals.length < APPROVERS && {
      details: { approvals: approvals.length, needed: APPROVERS },
      refs: approvals.map(({ id }) => id),
    },
};

const NONE: ErasureState = { status: 'none', holds: [], request: null, approvals: [] };
/** It stands in the person's own history, too. */
const about = (draft: ErasureEvent, person: string): Draft<ErasureEvent> => ({
  ...draft,
  refs: [{ type: 'person', id: person, role: 'erasure' }],
  legalBasis: [BASIS],
  // A hold says what the person is needed for: an affair, which he and most others may not know of.
  classification: draft.type.startsWith('LegalHold') ? 'sealed' : 'sensitive',
});
export const erasure: Decider<ErasureState, ErasureCommand, ErasureEvent> = {
  category: 'erasure',
  initial: NONE,
  evolve: (state, event) => {
    switch (event.type) {
      case 'LegalHoldPlaced':
        return { ...state, holds: [...state.holds, event.id] };
      case 'LegalHoldLifted':
        return { ...state, holds: state.holds.filter((hold) => hold !== event.data.hold) };
      case 'ErasureRequested':
        return {
          ...state,
          status: 'requested',
          since: event.id,
          request: { id: event.id, by: event.actor.person },
          approvals: [],
        };
      case 'ErasureApproved':
        return { ...state, approvals: [...state.approvals, { id: event.id, by: event.actor.person }] };
      case 'PersonErased':
        return { ...state, status: 'erased', since: event.id };
      default:
        return state;
    }
  },
  commands: {
    PlaceHold: {
      says: { zh: '保全', en: 'place a legal hold' },
      from: ['none', 'requested'],
      guards: [],
      events: (data, _, { id }) => [about({ type: 'LegalHoldPlaced', data }, id!)],
    },
    LiftHold: {
      says: { zh: '解除保全', en: 'lift a legal hold' },
      from: 'any',
      guards: [holdThere],
      events: (data, _, { id }) => [about({ type: 'LegalHoldLifted', data }, id!)],
    },
    RequestErasure: {
      says: { zh: '申请删除个人信息', en: 'ask for an erasure' },
      from: ['none'],
      guards: [held],
      events: (data, _, { id }) => [about({ type: 'ErasureRequested', data }, id!)],
    },
    ApproveErasure: {
      says: { zh: '批准删除个人信息', en: 'approve an erasure' },
      from: ['requested'],
      guards: [held, someoneElse],
      events: ({ reason }, { request }, { id }) => [
        about({ type: 'ErasureApproved', data: { request: request?.id ?? '', reason } }, id!),
      ],
    },
    ErasePerson: {
      says: { zh: '删除个人信息', en: 'erase a person' },
      from: ['requested'],
      guards: [held, approved],
      events: ({ copies }, { request, approvals }, { id }) => [
        about(
          {
            type: 'PersonErased',
            data: { request: request?.id ?? '', approvers: approvals.flatMap(({ by }) => by ?? []), copies },
          },
          id!,
        ),
      ],
    },
  },
};
