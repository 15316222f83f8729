/** Where a matter stands: the state that deciders decide from. */
import type { Gap, Holder, MatterEvent } from './events/matters.js';
import type { Limit } from './kernel/clock.js';
import type { Fold, Status } from './kernel/fold.js';
import type { Recorded } from './kernel/message.js';

export const MATTER_STATUSES = {
  none: { zh: '未登记', en: 'not registered' },
  inquired: { zh: '咨询', en: 'inquired' },
  received: { zh: '已收件', en: 'materials received' },
  correcting: { zh: '补正中', en: 'waiting for corrections' },
  accepted: { zh: '办理中', en: 'accepted' },
  paused: { zh: '特别程序中', en: 'in a special procedure' },
  decided: { zh: '已决定', en: 'decided' },
  delivered: { zh: '已送达', en: 'delivered' },
  refused: { zh: '不予受理', en: 'not accepted' },
  closed: { zh: '已办结', en: 'closed' },
  withdrawn: { zh: '已撤回', en: 'withdrawn' },
} as const;
export type MatterStatus = keyof typeof MATTER_STATUSES;

export type MatterState = Status & {
  readonly status: MatterStatus;
  readonly itemCode: string | null;
  /** Gaps that were found and not made good since. */
  readonly gaps: readonly Gap[];
  /** The event that asked for corrections, for it may be asked for once. */
  readonly asked: string | null;
  readonly accepted: Readonly<{
    event: string;
    on: string;
    /** Nobody accepted it: no gap was told in time (视为受理). */
    deemed?: true;
  }> | null;
  readonly holder: Holder | null;
  /** What was offered to another side, which has not answered yet. */
  readonly offer: Readonly<{ event: string; to: Holder }> | null;
  /** Before the hand-over that was accepted last. */
  readonly heldBefore: Holder | null;
  readonly extension: Readonly<{ event: string; limit: Limit; reason: string }> | null;
  readonly opinions: readonly string[];
  readonly decided: string | null;
  readonly joint: Readonly<{ event: string; members: readonly string[] }> | null;
  /** Units and centres that have had to do with it: those may see it. */
  readonly parties: readonly string[];
};

const INITIAL: MatterState = {
  status: 'none',
  itemCode: null,
  gaps: [],
  asked: null,
  accepted: null,
  holder: null,
  offer: null,
  heldBefore: null,
  extension: null,
  opinions: [],
  decided: null,
  joint: null,
  parties: [],
};

type Accepting = Extract<MatterEvent, { type: 'MatterAccepted' | 'AcceptanceDeemed' | 'LimitLifted' }>;
/** Accepted by somebody, or for want of an answer in time, which a later report may undo. */
function accepting(state: MatterState, event: Recorded<Accepting>): MatterState {
  const to = (status: MatterStatus, more: Partial<MatterState>) => ({ ...state, ...more, status, since: event.id });
  switch (event.type) {
    case 'MatterAccepted': {
      const { itemCode, on } = event.data;
      const accepted = { event: event.id, on };
      if (state.accepted?.deemed) return { ...state, itemCode: itemCode ?? state.itemCode, accepted };
      if (state.accepted) return state; // a second acceptance is on record, and changes nothing
      return to('accepted', { itemCode: itemCode ?? state.itemCode, accepted });
    }
    case 'AcceptanceDeemed': {
      if (state.accepted) return state;
      return to('accepted', { accepted: { event: event.id, on: event.data.on, deemed: true } });
    }
    case 'LimitLifted':
      if (event.data.limit !== 'notice' || !state.accepted?.deemed) return state;
      return to(state.status === 'accepted' ? (state.asked ? 'correcting' : 'received') : state.status, {
        accepted: null,
      });
  }
}

/** Total: reports come in any order, so every event is taken as it is. */
function told(state: MatterState, event: Recorded<MatterEvent>): MatterState {
  const to = (status: MatterStatus, more: Partial<MatterState> = {}): MatterState => ({
    ...state,
    ...more,
    status,
    since: event.id,
  });
  switch (event.type) {
    case 'InquiryOpened':
      return to('inquired', { itemCode: event.data.itemCode, holder: event.data.responsible });
    case 'MaterialsReceived':
      return to('received', {
        itemCode: event.data.itemCode ?? state.itemCode,
        holder: event.data.holder ?? state.holder,
      });
    case 'MaterialsChecked':
      return { ...state, gaps: event.data.gaps };
    case 'CorrectionRequested':
      return to('correcting', { gaps: event.data.gaps, asked: event.id });
    case 'CorrectionSubmitted': {
      const given = new Set(event.data.materials.map(({ code }) => code));
      return to('received', { gaps: state.gaps.filter(({ code }) => !given.has(code)) });
    }
    case 'MatterAccepted':
    case 'AcceptanceDeemed':
    case 'LimitLifted':
      return accepting(state, event);
    case 'MatterRefused':
      return to('refused');
    case 'HolderAssigned':
      return { ...state, holder: event.data.holder };
    case 'HandOverOffered':
      return { ...state, offer: { event: event.id, to: event.data.to } };
    case 'HandOverAccepted':
      return { ...state, offer: null, heldBefore: event.data.before, holder: event.data.holder };
    case 'HandOverDeclined':
      return { ...state, offer: null };
    case 'HandOverReturned':
      return { ...state, holder: event.data.holder, heldBefore: null };
    case 'StepFinished':
      return event.data.opinion ? { ...state, opinions: [...state.opinions, event.id] } : state;
    case 'JointHandlingOpened':
      return { ...state, joint: { event: event.id, members: event.data.members.map(({ org }) => org) } };
    case 'JointOpinionGiven':
      return { ...state, opinions: [...state.opinions, event.id] };
    case 'MatterPaused':
      return to('paused');
    case 'MatterResumed':
      return to('accepted');
    case 'ExtensionRequested':
      return { ...state, extension: { event: event.id, ...event.data } };
    case 'ExtensionApproved':
    case 'ExtensionDenied':
      return { ...state, extension: null };
    case 'MatterDecided':
      return to('decided', { decided: event.id });
    case 'ResultDelivered':
      return to('delivered');
    case 'MatterClosed':
      return to('closed');
    case 'MatterWithdrawn':
      return to('withdrawn');
    case 'MatterReopened':
      return to(state.accepted ? 'accepted' : 'received', { decided: null });
    default:
      return state;
  }
}

function evolve(before: MatterState, event: Recorded<MatterEvent>): MatterState {
  const state = told(before, event);
  // Whoever finds a fault, or records what a superior made of it, has nothing to do with the matter.
  if (event.classification === 'sealed' || event.type === 'DecisionChangedAbove') return state;
  const { holder, offer, joint, parties } = state;
  const named = [event.actor.org, event.place?.org, holder?.org, offer?.to.org, ...(joint?.members ?? [])];
  const more = [...new Set(named)].filter((org): org is string => org !== undefined && !parties.includes(org));
  return more.length === 0 ? state : { ...state, parties: [...parties, ...more] };
}

export const matterRegister: Fold<MatterState, MatterEvent> = { category: 'matter', initial: INITIAL, evolve };
