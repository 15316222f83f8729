/** Guards that several deciders of money share. */
import { payCodeUses, type PayCodeUses } from '../../../projections/money-uses.js';
import type { Guard } from '../../kernel/decider.js';

/** Nobody does the second half of what takes two. */
export const notByThem = <S>(code: string, who: (state: S) => readonly (string | null | undefined)[]): Guard<S> => ({
  code,
  says: { zh: '须由另一人办理', en: 'somebody else does this' },
  basis: '内部控制（不相容岗位分离）',
  standing: true,
  broken: (_, state, { by }) => by.person !== null && who(state).includes(by.person) && { details: {} },
});

/** Everything that names a pay code; null where there is none. */
export type OfPayCode = { readonly code: PayCodeUses | null };
export const ofPayCode = (payCode: string | undefined) => ({
  code: payCode === undefined ? null : { of: payCodeUses, naming: { type: 'pay-code', id: payCode } },
});
/** A code is of one thing, or of several fees of one matter, which are paid at once. */
export const payCodeFree = <S>(
  kind: 'fee' | 'remittance',
  matterOf: (state: S) => string | null,
): Guard<S, { payCode?: string }, OfPayCode> => ({
  code: 'pay-code-used',
  says: { zh: '该缴款码已用于其他缴款', en: 'this pay code is that of something else' },
  basis: '非税收入收缴电子化管理（一缴款一码，财办发〔2021〕97号）',
  broken: ({ payCode }, state, { code, id = '' }) => {
    const matterId = matterOf(state);
    const others = Object.entries(code?.owed ?? {}).filter(
      ([name, use]) => name !== `${kind} ${id}` && (matterId === null || use.matterId !== matterId),
    );
    const [first] = others;
    return first !== undefined && { details: { payCode, of: first[0] }, refs: others.map(([, { event }]) => event) };
  },
});
