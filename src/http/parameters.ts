/** Parts of an address, checked: ids, days, filters and pages of lists. Each throws {@link Problem} with its name. */
import { applyDecorators } from '@nestjs/common';
import { ApiQuery } from '@nestjs/swagger';
import { isDay } from '../../projections/kernel/instant.js';
import type { Where } from '../read/select.js';
import { Problem } from './problems.js';

/** Query parameters as they came; one that is given twice is a list. */
export type Asked = Readonly<Record<string, string | undefined>>;

/** Names the query parameters of a route for the description of the interface. */
export const Takes = (...names: readonly string[]) =>
  applyDecorators(...names.map((name) => ApiQuery({ name, required: false, type: String })));
export const PAGES = ['limit', 'cursor'] as const;

/** Letters, digits and a few signs that no address and no name of a stream gives another meaning. */
export function idIn(name: string, text: string): string {
  if (!/^[\w.-]{1,100}$/.test(text))
    throw Problem.ofParameter(
      name,
      '只能含字母、数字和 . _ -，最长 100 个字符',
      'has letters, digits and . _ - only, at most 100',
      'path',
    );
  return text;
}
export function dayIn(name: string, text: string | undefined): string {
  if (typeof text !== 'string' || !isDay(text))
    throw Problem.ofParameter(name, '应为日期 YYYY-MM-DD', 'is a day, YYYY-MM-DD');
  return text;
}
export const optionalDay = (name: string, text: string | undefined): string | undefined =>
  text === undefined ? undefined : dayIn(name, text);
export function oneOf<T extends string>(name: string, text: string | undefined, known: readonly T[], otherwise: T): T {
  if (text === undefined) return otherwise;
  if (!known.includes(text as T))
    throw Problem.ofParameter(name, `可用：${known.join('、')}`, `is one of ${known.join(', ')}`);
  return text as T;
}

/** The columns that a list may be narrowed by, as far as they are asked for. */
export const filtersIn = (asked: Asked, columns: readonly string[]): Where =>
  Object.fromEntries(columns.flatMap((name) => (asked[name] === undefined ? [] : [[name, asked[name]]])));

export function pageIn({ limit, cursor }: Asked): { limit: number | undefined; cursor: string | undefined } {
  if (limit !== undefined && !/^\d{1,4}$/.test(limit))
    throw Problem.ofParameter('limit', '应为 1 至 1000 的整数', 'is a whole number from 1 to 1000');
  return { limit: limit === undefined ? undefined : Number(limit), cursor };
}

/** `by=status,itemCode`: the columns to count by. */
export function groupsIn<T extends string>({ by }: Asked, columns: readonly T[], otherwise: T): readonly T[] {
  const asked = String(by ?? otherwise).split(',');
  const groups = columns.filter((name) => asked.includes(name));
  if (groups.length !== asked.length)
    throw Problem.ofParameter('by', `可用：${columns.join('、')}`, `is of ${columns.join(', ')}`);
  return groups;
}
