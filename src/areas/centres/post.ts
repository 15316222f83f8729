/** Posts, who is posted there, and their powers: streams `post-<id>`. */
import {
  centreRegister,
  type CentreState,
  coversOn,
  hasPower,
  postedOn,
  postRegister,
  type PostState,
  windowOpen,
} from '../../../projections/centres.js';
import type { CoverReason, PostEvent, Power, StaffKind } from '../../../projections/events/centres.js';
import type { PersonRef } from '../../../projections/kernel/message.js';
import type { Decider, Guard } from '../../kernel/decider.js';

export type PostCommand =
  | { type: 'CreatePost'; data: { name: string; org: string; centre?: string; window?: string; from: string } }
  | { type: 'RetirePost'; data: { from: string; reason: string } }
  | {
      type: 'PostStaff';
      data: { staff: PersonRef<'name'>; staffKind: StaffKind; from: string; to?: string; document?: string };
    }
  | { type: 'ReturnStaff'; data: { staff: PersonRef; from: string; reason: string } }
  | { type: 'StartCover'; data: StartCover }
  | { type: 'EndCover'; data: { cover: PersonRef; from: string } }
  | {
      type: 'GrantPowers';
      data: { powers: readonly Power[]; items?: readonly string[]; document: string; from: string; to?: string };
    }
  | { type: 'RevokePowers'; data: { powers: readonly Power[]; document: string; from: string } };

type StartCover = {
  holder: PersonRef;
  cover: PersonRef<'name'>;
  reason: CoverReason;
  from: string;
  to?: string;
  document?: string;
};

const windowThere: Guard<PostState, { centre?: string; window?: string }, { centre: CentreState | null }> = {
  code: 'window-not-open',
  says: { zh: '岗位所在窗口未启用', en: 'the window of the post is not open' },
  basis: 'register of centres',
  broken: ({ window, ...data }, _, { centre }) =>
    (data.centre !== undefined || window !== undefined) &&
    !(window === undefined ? centre?.status === 'registered' : centre && windowOpen(centre, window)) && {
      details: { centre: data.centre ?? null, window: window ?? null },
    },
};
const daysInOrder: Guard<PostState, { from: string; to?: string }> = {
  code: 'days-out-of-order',
  says: { zh: '终止日应晚于起始日', en: 'the days end after they begin' },
  basis: 'register of posts',
  broken: ({ from, to }) => to !== undefined && to <= from && { details: { from, to } },
};
const notPostedYet: Guard<PostState, { staff: PersonRef; from: string }> = {
  code: 'posted-already',
  says: { zh: '该人员当日已在此岗', en: 'this person stands at the post already' },
  basis: 'register of posts',
  broken: ({ staff, from }, state) => {
    const posting = postedOn(state, from).find(({ personId }) => personId === staff.personId);
    return posting !== undefined && { details: { from }, refs: [posting.event] };
  },
};
const isPosted: Guard<PostState, { staff: PersonRef; from: string }> = {
  code: 'not-posted',
  says: { zh: '该人员当日不在此岗', en: 'this person does not stand at the post' },
  basis: 'register of posts',
  broken: ({ staff, from }, state) =>
    !postedOn(state, from).some(({ personId }) => personId === staff.personId) && { details: { from } },
};
/** AB岗, as many local rules word it: A names B and hands over; while covering, B has A's duties and powers. */
const POST_COVER = 'AB岗制度';
const holderPosted: Guard<PostState, StartCover> = {
  code: 'holder-not-posted',
  says: { zh: '被顶岗人员当日不在此岗', en: 'whom it stands in for does not stand at the post' },
  basis: POST_COVER,
  broken: ({ holder, from }, state) =>
    !postedOn(state, from).some(({ personId }) => personId === holder.personId) && { details: { from } },
};
const coversAnother: Guard<PostState, StartCover> = {
  code: 'covers-himself',
  says: { zh: '不得自己为自己顶岗', en: 'nobody covers his own post' },
  basis: POST_COVER,
  broken: ({ holder, cover }) => holder.personId === cover.personId && { details: {} },
};
/** The other holder of the post (B), or who is named by a document. */
const coverDesignated: Guard<PostState, StartCover> = {
  code: 'cover-not-designated',
  says: {
    zh: '顶岗人员既不是本岗人员，也没有指定文件',
    en: 'who covers is not posted here, and no document names him',
  },
  basis: POST_COVER,
  broken: ({ cover, from, document }, state) =>
    document === undefined &&
    !postedOn(state, from).some(({ personId }) => personId === cover.personId) && { details: { from } },
};
const notCoveredYet: Guard<PostState, StartCover> = {
  code: 'covered-already',
  says: { zh: '该期间已有人顶岗', en: 'somebody covers on some of these days already' },
  basis: POST_COVER,
  broken: ({ holder, cover, from, to }, { covers }) => {
    const same = covers.find(
      (each) =>
        (each.holder === holder.personId || each.personId === cover.personId) &&
        (to === undefined || each.from < to) &&
        (each.to === null || from < each.to),
    );
    return same !== undefined && { details: { from: same.from, to: same.to }, refs: [same.event] };
  },
};
const isCovering: Guard<PostState, { cover: PersonRef; from: string }> = {
  code: 'not-covering',
  says: { zh: '该人员当日没有顶岗', en: 'this person covers nobody on that day' },
  basis: POST_COVER,
  broken: ({ cover, from }, state) =>
    !coversOn(state, from).some(({ personId }) => personId === cover.personId) && { details: { from } },
};
const hasThem: Guard<PostState, { powers: readonly Power[]; from: string }> = {
  code: 'power-not-granted',
  says: { zh: '没有可撤回的授权', en: 'there is no such power to take back' },
  basis: '首问负责制',
  broken: ({ powers, from }, state) => {
    const missing = powers.filter((power) => !hasPower(state, power, from, null));
    return missing.length > 0 && { details: { missing, from } };
  },
};

const person = ({ personId }: PersonRef, role: string) => ({ type: 'person', id: personId, role });

export const post: Decider<PostState, PostCommand, PostEvent, { CreatePost: { centre: CentreState | null } }> = {
  ...postRegister,
  commands: {
    CreatePost: {
      says: { zh: '设立岗位', en: 'create the post' },
      from: ['none'],
      guards: [windowThere],
      needs: (data) => ({ centre: data.centre === undefined ? null : { of: centreRegister, id: data.centre } }),
      events: ({ centre = null, window = null, ...data }) => [
        {
          type: 'PostCreated',
          data: { ...data, centre, window },
          effective: { from: data.from, to: null },
          refs: [
            { type: 'org', id: data.org, role: 'post-of' },
            ...(centre === null ? [] : [{ type: 'centre', id: centre, role: 'place' }]),
          ],
        },
      ],
    },
    RetirePost: {
      says: { zh: '撤销岗位', en: 'retire the post' },
      from: ['created'],
      guards: [],
      events: (data) => [{ type: 'PostRetired', data, effective: { from: data.from, to: null } }],
    },
    PostStaff: {
      says: { zh: '派驻人员', en: 'post somebody here' },
      from: ['created'],
      guards: [daysInOrder, notPostedYet],
      events: ({ to = null, document = null, ...data }) => [
        {
          type: 'StaffPosted',
          data: { ...data, to, document },
          effective: { from: data.from, to },
          refs: [person(data.staff, 'posted')],
        },
      ],
    },
    ReturnStaff: {
      says: { zh: '退回人员', en: 'send somebody back' },
      from: ['created'],
      guards: [isPosted],
      events: (data) => [
        {
          type: 'StaffReturned',
          data,
          effective: { from: data.from, to: null },
          refs: [person(data.staff, 'returned')],
        },
      ],
    },
    StartCover: {
      says: { zh: '开始顶岗', en: 'let somebody cover' },
      from: ['created'],
      guards: [daysInOrder, holderPosted, coversAnother, coverDesignated, notCoveredYet],
      events: ({ to = null, document = null, ...data }) => [
        {
          type: 'CoverStarted',
          data: { ...data, to, document },
          effective: { from: data.from, to },
          refs: [person(data.cover, 'covers'), person(data.holder, 'covered')],
        },
      ],
    },
    EndCover: {
      says: { zh: '结束顶岗', en: 'end a cover' },
      from: ['created'],
      guards: [isCovering],
      events: (data) => [
        {
          type: 'CoverEnded',
          data,
          effective: { from: data.from, to: null },
          refs: [person(data.cover, 'covers')],
        },
      ],
    },
    GrantPowers: {
      says: { zh: '窗口授权', en: 'grant powers' },
      from: ['created'],
      guards: [daysInOrder],
      events: ({ items = null, to = null, ...data }) => [
        { type: 'PowersGranted', data: { ...data, items, to }, effective: { from: data.from, to } },
      ],
    },
    RevokePowers: {
      says: { zh: '撤回授权', en: 'take powers back' },
      from: ['created'],
      guards: [hasThem],
      events: (data) => [{ type: 'PowersRevoked', data, effective: { from: data.from, to: null } }],
    },
  },
};
