/** Guards that several deciders of money share. */
import type { Guard } from '../../kernel/decider.js';

/** Nobody does the second half of what takes two. */
export const notByThem = <S>(code: string, who: (state: S) => readonly (string | null | undefined)[]): Guard<S> => ({
  code,
  says: { zh: '须由另一人办理', en: 'somebody else does this' },
  basis: '内部控制（不相容岗位分离）',
  standing: true,
  broken: (_, state, { by }) => by.person !== null && who(state).includes(by.person) && { details: {} },
});
