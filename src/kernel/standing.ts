/** Standing at a post: posted there on that day, or covering whoever is (AB岗). */
import { type PostState, standingOf } from '../../projections/centres.js';
import type { Irregularity } from '../../projections/kernel/message.js';

export const NOT_AT_POST = {
  code: 'not-at-the-post',
  says: { zh: '该人员当日不在此岗，也未顶岗', en: 'this person is neither posted there nor covers on that day' },
  basis: '首问负责制; AB岗制度',
} as const;

/** Why somebody does not stand there on that day; null: he does. */
export function absence(state: PostState, post: string, person: string, on: string): Irregularity | null {
  if (standingOf(state, person, on).role !== null) return null;
  const { code, basis } = NOT_AT_POST;
  const last = [...state.postings, ...state.covers].findLast(({ personId }) => personId === person);
  return { code, basis, details: { post, on, endedOn: last?.to ?? null }, refs: last ? [last.event] : [] };
}
