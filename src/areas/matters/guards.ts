/** What has to be so before something is done with a matter; each with its article. */
import { type ItemState, itemInForce } from '../../../projections/catalogue.js';
import { coversOn, hasPower, postedOn, type PostState } from '../../../projections/centres.js';
import type { PersonRef } from '../../../projections/kernel/message.js';
import type { MatterState } from '../../../projections/matters.js';
import type { Guard } from '../../kernel/decider.js';
import { NOT_AT_POST } from '../../kernel/standing.js';
import type { AcceptMatter, ApproveExtension, DecideMatter, PauseMatter } from './commands.js';

export type Facts = { readonly item: ItemState | null };
export type PostFacts = { readonly post: PostState | null };

/** The item, by the command or by the materials that came before. */
const itemOf = (data: { readonly itemCode?: string }, state: MatterState) => data.itemCode ?? state.itemCode;

export const itemInForceThen: Guard<MatterState, { itemCode?: string }, Facts> = {
  code: 'item-not-in-force',
  says: { zh: '该事项未登记或当日不在有效期内', en: 'the item is not registered, or not in force on that day' },
  basis: '行政许可法 art. 32(1)(1)',
  broken: (data, state, { item, on }) =>
    !(item && itemInForce(item, on)) && {
      details: { itemCode: itemOf(data, state), on },
      refs: item?.abolition ? [item.abolition.event] : [],
    },
};
/** A second acceptance, also where the matter has gone on since. */
export const notAcceptedYet: Guard<MatterState> = {
  code: 'already-accepted',
  says: { zh: '该办件已受理', en: 'the matter has been accepted already' },
  basis: '行政许可法 art. 32',
  standing: true,
  broken: (_, { accepted }) =>
    accepted !== null && !accepted.deemed && { details: { on: accepted.on }, refs: [accepted.event] },
};
export const materialsComplete: Guard<MatterState, Partial<AcceptMatter>> = {
  code: 'materials-incomplete',
  says: {
    zh: '材料不齐且未采用容缺受理',
    en: 'materials are missing, and the gaps are not accepted against a promise',
  },
  basis: '行政许可法 art. 32(1)(5)',
  broken: ({ mode = 'full' }, { gaps }) => mode === 'full' && gaps.length > 0 && { details: { gaps } },
};
export const askedOnce: Guard<MatterState> = {
  code: 'correction-asked-twice',
  says: { zh: '补正要求只能一次性告知', en: 'corrections are asked for once, all of them' },
  basis: '行政许可法 art. 32(1)(4)',
  standing: true,
  broken: (_, { asked }) => asked !== null && { details: {}, refs: [asked] },
};
export const offered: Guard<MatterState> = {
  code: 'nothing-offered',
  says: { zh: '没有待接收的移送', en: 'no hand-over is waiting for an answer' },
  basis: '首问负责制',
  standing: true,
  broken: (_, { offer }) => offer === null && { details: {} },
};
export const notOffered: Guard<MatterState> = {
  code: 'already-offered',
  says: { zh: '已有移送等待对方答复', en: 'another hand-over waits for its answer' },
  basis: '首问负责制',
  standing: true,
  broken: (_, { offer }) => offer !== null && { details: { to: offer.to }, refs: [offer.event] },
};
/** It is the other side that answers, not the one who offers. */
export const answersForItself: Guard<MatterState> = {
  code: 'not-the-other-side',
  says: { zh: '应由被移送方答复', en: 'the side that it was offered to answers' },
  basis: '首问负责制',
  broken: (_, { offer }, { by }) => {
    if (!offer) return false;
    const { org, post } = offer.to;
    const other = (org !== undefined && org !== by.org) || (post !== undefined && post !== by.post);
    return (
      other && { details: { to: offer.to, by: { org: by.org ?? null, post: by.post ?? null } }, refs: [offer.event] }
    );
  },
};
export const handedOver: Guard<MatterState> = {
  code: 'nothing-handed-over',
  says: { zh: '没有可退回的移送', en: 'nothing was handed over that could be sent back' },
  basis: '首问负责制',
  standing: true,
  broken: (_, { heldBefore }) => heldBefore === null && { details: {} },
};
export const pauseDeclared: Guard<MatterState, Partial<PauseMatter>> = {
  code: 'pause-not-told',
  says: { zh: '特别程序须书面告知申请人所需时间', en: 'the applicant is told in writing how long the procedure takes' },
  basis: '行政许可法 art. 45',
  broken: ({ told, declaredEnd }) =>
    (told === undefined || declaredEnd === undefined) && {
      details: { told: told !== undefined, declaredEnd: declaredEnd ?? null },
    },
};
export const extensionAsked: Guard<MatterState> = {
  code: 'extension-not-requested',
  says: { zh: '没有待批的延期申请', en: 'no extension waits for approval' },
  basis: '行政许可法 art. 42',
  standing: true,
  broken: (_, { extension }) => extension === null && { details: {} },
};
export const headApproves: Guard<MatterState, Partial<ApproveExtension>> = {
  code: 'extension-level',
  says: { zh: '延期须经本机关负责人批准', en: 'the head of the organ approves an extension' },
  basis: '行政许可法 art. 42',
  broken: ({ level }) => level === 'unit' && { details: { level } },
};
export const reasonsGiven: Guard<MatterState, Partial<DecideMatter>> = {
  code: 'denial-without-reasons',
  says: { zh: '不予许可须说明理由并告知救济途径', en: 'a denial gives reasons and tells of remedies' },
  basis: '行政许可法 art. 38(2)',
  broken: ({ outcome, reasons, remedies }) =>
    outcome !== 'granted' &&
    !(reasons && remedies) && { details: { reasons: reasons ?? null, remedies: remedies ?? null } },
};
export const remediesTold: Guard<MatterState, { remedies?: string }> = {
  code: 'remedies-missing',
  says: { zh: '不予受理须告知救济途径', en: 'who is refused is told of remedies' },
  basis: '行政许可法 art. 32, 38(2)',
  broken: ({ remedies }) => !remedies && { details: {} },
};
export const twoVisitors: Guard<MatterState, { visitors: readonly PersonRef[] }> = {
  code: 'visited-alone',
  says: { zh: '现场核查须两名以上工作人员', en: 'two officials or more visit a site' },
  basis: '行政许可法 art. 34(3)',
  broken: ({ visitors }) => {
    const different = new Set(visitors.map(({ personId }) => personId)).size;
    return different < 2 && { details: { visitors: different } };
  },
};
/** Nobody corrects alone. */
export const approvedByAnother: Guard<MatterState, { approver: PersonRef }> = {
  code: 'second-person-needed',
  says: { zh: '更正须由另一人批准', en: 'somebody else approves a correction' },
  basis: '电子监察办法（数据更正须复核）',
  broken: ({ approver }, _, { by }) => approver?.personId === by.person && { details: {} },
};
export const isMember: Guard<MatterState, { org: string }> = {
  code: 'not-a-member',
  says: { zh: '该单位不是并联审批成员', en: 'the unit is not a member of the joint handling' },
  basis: '行政许可法 art. 26',
  broken: ({ org }, { joint }) =>
    !joint?.members.includes(org) && {
      details: { org, members: joint?.members ?? [] },
      refs: joint ? [joint.event] : [],
    },
};
/** A unit's opinion is its own; what others say of it is a report. */
export const speaksForItself: Guard<MatterState, { org: string }> = {
  code: 'not-the-unit-itself',
  says: { zh: '应由该单位自己出具意见', en: 'the unit gives its opinion itself' },
  basis: '行政许可法 art. 26',
  broken: ({ org }, _, { by }) => by.org !== org && { details: { org, by: by.org ?? null } },
};
/** Whoever accepts at a window does so under the power of its post (首问负责制: 受理权). */
export const postMayAccept: Guard<MatterState, { itemCode?: string }, PostFacts> = {
  code: 'power-missing',
  says: { zh: '该窗口岗位当日没有受理权', en: 'the post at the window has no power to accept on that day' },
  basis: '首问负责制',
  standing: true,
  broken: (data, state, { post, on, by, place }) =>
    place?.kind === 'centre-window' &&
    !(post && hasPower(post, 'accept', on, itemOf(data, state))) && {
      details: { post: by.post ?? null, power: 'accept', on },
      refs: post?.since === undefined ? [] : [post.since],
    },
};
/** Whoever accepts at a window is posted there, or covers it on that day (AB岗). */
export const standsThere: Guard<MatterState, object, PostFacts> = {
  ...NOT_AT_POST,
  standing: true,
  broken: (_, __, { post, on, by, place }) => {
    if (place?.kind !== 'centre-window' || !post || by.person === null || by.post === undefined) return false;
    if (by.actingAs !== 'holder' && by.actingAs !== 'cover') return false;
    const there = by.actingAs === 'cover' ? coversOn(post, on) : postedOn(post, on);
    const details = { post: by.post, actingAs: by.actingAs, on };
    return !there.some(({ personId }) => personId === by.person) && { details };
  },
};
