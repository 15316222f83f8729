/** Which centres, windows and posts there are, who is posted where, and with which powers on a day. */
import type { CentreEvent, PostEvent, Power } from './events/centres.js';
import type { Fold, Status } from './kernel/fold.js';
import { idOf } from './kernel/message.js';
import { projection } from './kernel/projection.js';

type Window = Readonly<{ window: string; from: string; to: string | null; event: string }>;
export type CentreState = Status & {
  readonly status: 'none' | 'registered';
  readonly windows: readonly Window[];
};

/** A centre and its windows. */
export const centreRegister: Fold<CentreState, CentreEvent> = {
  category: 'centre',
  initial: { status: 'none', windows: [] },
  evolve: (state, { type, data, id: event }) => {
    switch (type) {
      case 'CentreRegistered':
        return { ...state, status: 'registered', since: event };
      case 'WindowOpened':
        return { ...state, windows: [...state.windows, { window: data.window, from: data.from, to: null, event }] };
      case 'WindowClosed':
        return {
          ...state,
          windows: state.windows.map((each) =>
            each.window === data.window && each.to === null ? { ...each, to: data.from, event } : each,
          ),
        };
      default:
        return state;
    }
  },
};
export const windowOpen = ({ windows }: CentreState, window: string): Window | undefined =>
  windows.find((each) => each.window === window && each.to === null);

type Posting = Readonly<{ personId: string; from: string; to: string | null; event: string }>;
/** `personId` covers `holder`, who is posted here (AB岗). */
type Cover = Posting & Readonly<{ holder: string }>;
type Grant = Readonly<{
  power: Power;
  items: readonly string[] | null;
  from: string;
  to: string | null;
  event: string;
}>;
export type PostState = Status & {
  readonly status: 'none' | 'created' | 'retired';
  readonly org: string | null;
  readonly centre: string | null;
  readonly window: string | null;
  readonly postings: readonly Posting[];
  readonly covers: readonly Cover[];
  readonly grants: readonly Grant[];
};

const earlier = (a: string | null, b: string) => (a === null || b < a ? b : a);
/** Ends, on a day, what is in force beyond it; what would then never have been in force is left out. */
const ending = <T extends { readonly from: string; readonly to: string | null }>(
  all: readonly T[],
  from: string,
  chosen: (each: T) => boolean,
): readonly T[] =>
  all
    .map((each) => (chosen(each) ? { ...each, to: earlier(each.to, from) } : each))
    .filter((each) => each.to === null || each.from < each.to);
const inForce = ({ from, to }: { readonly from: string; readonly to: string | null }, on: string) =>
  from <= on && (to === null || on < to);

/** A post: where it is, who stands there, what it may do. */
export const postRegister: Fold<PostState, PostEvent> = {
  category: 'post',
  initial: { status: 'none', org: null, centre: null, window: null, postings: [], covers: [], grants: [] },
  evolve: (state, { type, data, id: event }) => {
    switch (type) {
      case 'PostCreated':
        return {
          ...state,
          status: 'created',
          since: event,
          org: data.org,
          centre: data.centre,
          window: data.window,
        };
      case 'PostRetired':
        return {
          ...state,
          status: 'retired',
          since: event,
          postings: ending(state.postings, data.from, () => true),
          covers: ending(state.covers, data.from, () => true),
          grants: ending(state.grants, data.from, () => true),
        };
      case 'StaffPosted': {
        const { staff, from, to } = data;
        return { ...state, postings: [...state.postings, { personId: staff.personId, from, to, event }] };
      }
      case 'StaffReturned':
        return {
          ...state,
          postings: ending(state.postings, data.from, ({ personId }) => personId === data.staff.personId),
          covers: ending(state.covers, data.from, ({ holder }) => holder === data.staff.personId),
        };
      case 'CoverStarted': {
        const { holder, cover, from, to } = data;
        const covering = { personId: cover.personId, holder: holder.personId, from, to, event };
        return { ...state, covers: [...state.covers, covering] };
      }
      case 'CoverEnded':
        return {
          ...state,
          covers: ending(state.covers, data.from, ({ personId }) => personId === data.cover.personId),
        };
      case 'PowersGranted': {
        const { powers, items, from, to } = data;
        return { ...state, grants: [...state.grants, ...powers.map((power) => ({ power, items, from, to, event }))] };
      }
      case 'PowersRevoked':
        return { ...state, grants: ending(state.grants, data.from, ({ power }) => data.powers.includes(power)) };
      default:
        return state;
    }
  },
};

/** Whether a post has a power on a day; for this item where the grant names items, null: for any. */
export const hasPower = ({ grants }: PostState, power: Power, on: string, itemCode: string | null): boolean =>
  grants.some(
    (grant) =>
      grant.power === power &&
      inForce(grant, on) &&
      (grant.items === null || itemCode === null || grant.items.includes(itemCode)),
  );
/** Who stands at a post on a day, by what the register knows. */
export const postedOn = ({ postings }: PostState, on: string): readonly Posting[] =>
  postings.filter((posting) => inForce(posting, on));

/** Covers that are in force on a day: whom they stand in for is posted there. */
export const coversOn = (state: PostState, on: string): readonly Cover[] =>
  state.covers.filter(
    (cover) => inForce(cover, on) && postedOn(state, on).some(({ personId }) => personId === cover.holder),
  );

/** `since` and `ends`: the days [since, ends) of it; null: until it is ended. */
export type Standing = Readonly<{ role: 'holder' | 'cover' | null; since: string | null; ends: string | null }>;
/** Whether somebody is posted at a post on a day, or covers it: a cover ends where the posting ends that it stands for. */
export function standingOf(state: PostState, person: string, on: string): Standing {
  const posting = postedOn(state, on).find(({ personId }) => personId === person);
  if (posting) return { role: 'holder', since: posting.from, ends: posting.to };
  const cover = coversOn(state, on).find(({ personId }) => personId === person);
  if (!cover) return { role: null, since: null, ends: null };
  const covered = postedOn(state, on).find(({ personId }) => personId === cover.holder)!;
  const since = covered.from > cover.from ? covered.from : cover.from;
  return { role: 'cover', since, ends: covered.to === null ? cover.to : earlier(cover.to, covered.to) };
}

type WindowRow = {
  /** `<centre>/<window>`; the centre itself has the empty window. */
  id: string;
  centre: string;
  window: string;
  name: string;
  org: string | null;
  region: string | null;
  from: string;
  to: string | null;
};
/** Centres and their windows. */
export const centreWindows = projection<CentreEvent>()<WindowRow>({
  name: 'centre_window',
  version: 1,
  key: 'id',
  columns: {
    id: 'text',
    centre: 'text',
    window: 'text',
    name: 'text',
    org: 'text',
    region: 'text',
    from: 'date',
    to: 'date',
  },
  indexes: { byCentre: ['centre', 'window'] },
  uses: {},
  on: {
    CentreRegistered: {
      keys: (event) => `${idOf('centre')(event)}/`,
      fold: (_row, event, _look, id) => {
        const { name, region, from } = event.data;
        return { id, centre: idOf('centre')(event), window: '', name, org: null, region, from, to: null };
      },
    },
    WindowOpened: {
      keys: (event) => `${idOf('centre')(event)}/${event.data.window}`,
      fold: (_row, event, _look, id) => {
        const { window, name, org, from } = event.data;
        return { id, centre: idOf('centre')(event), window, name, org, region: null, from, to: null };
      },
    },
    WindowClosed: {
      keys: (event) => `${idOf('centre')(event)}/${event.data.window}`,
      fold: (row, { data }) => (row ? { ...row, to: data.from } : null),
    },
  },
});

type PostRow = {
  post: string;
  status: PostState['status'];
  name: string;
  org: string;
  centre: string | null;
  window: string | null;
  from: string;
  to: string | null;
  state: PostState;
};
const POST_TYPES = [
  'PostRetired',
  'StaffPosted',
  'StaffReturned',
  'CoverStarted',
  'CoverEnded',
  'PowersGranted',
  'PowersRevoked',
] as const;
/** Posts with everybody who was ever posted there or covered it and every power they ever had, each with its days. */
export const posts = projection<PostEvent>()<PostRow>({
  name: 'post',
  version: 2,
  key: 'post',
  columns: {
    post: 'text',
    status: 'text',
    name: 'text',
    org: 'text',
    centre: 'text',
    window: 'text',
    from: 'date',
    to: 'date',
    state: 'jsonb',
  },
  indexes: { byCentre: ['centre', 'window'], byOrg: ['org'] },
  uses: {},
  on: {
    PostCreated: {
      keys: idOf('post'),
      fold: (row, event, _look, post) => {
        const { name, org, centre, window, from } = event.data;
        const state = postRegister.evolve(row?.state ?? postRegister.initial, event);
        return { post, status: state.status, name, org, centre, window, from, to: null, state };
      },
    },
    ...(Object.fromEntries(
      POST_TYPES.map((type) => [
        type,
        {
          keys: idOf('post'),
          // A report may tell of a post that nobody has created here: it has a row all the same.
          fold: (
            row: PostRow | undefined,
            event: Parameters<typeof postRegister.evolve>[1],
            _: object,
            post: string,
          ) => {
            const state = postRegister.evolve(row?.state ?? postRegister.initial, event);
            const unknown = {
              post,
              name: '',
              org: '',
              centre: null,
              window: null,
              from: event.occurredAt.slice(0, 10),
            };
            const to = event.type === 'PostRetired' ? event.data.from : (row?.to ?? null);
            return { ...(row ?? unknown), status: state.status, to, state };
          },
        },
      ]),
    ) as object),
  },
});
