/** What the city is: units, centres, windows, posts, staff, items and exemptions. */
import { addDays } from '../../../projections/kernel/instant.js';
import type { Dice, Workdays } from './days.js';

const UNITS = [
  '发展改革',
  '教育',
  '科技',
  '工业信息化',
  '民族宗教',
  '公安',
  '民政',
  '司法行政',
  '财政',
  '人力资源社会保障',
  '自然资源',
  '生态环境',
  '住房城乡建设',
  '城市管理',
  '交通运输',
  '水利',
  '农业农村',
  '商务',
  '文化旅游',
  '卫生健康',
  '退役军人',
  '应急管理',
  '市场监管',
  '统计',
  '医疗保障',
  '林业',
  '粮食',
  '体育',
  '税务',
  '气象',
  '地震',
  '烟草',
  '邮政',
  '档案',
] as const;
const DISTRICTS = ['兴宾', '象州', '武宣', '忻城', '金秀', '合山'] as const;
const SUBJECTS = [
  '经营许可',
  '设立登记',
  '资质核定',
  '年度备案',
  '变更审批',
  '延续审批',
  '注销登记',
  '施工许可',
  '场所核准',
  '人员资格',
  '产品备案',
  '临时占用',
] as const;

export interface Item {
  readonly code: string;
  readonly unit: string;
  readonly name: string;
  /** Working days. */
  readonly statutory: number;
  readonly promised: number;
  /** The first day on which it is accepted in the centre. */
  readonly entered: string;
  readonly steps: readonly { readonly code: string; readonly name: string; readonly workdays?: number }[];
}
export interface Post {
  readonly post: string;
  readonly centre: string;
  readonly window: string;
  readonly staff: readonly Shift[];
}
/** Who stands at a post on the days [from, to): posted there, or covering for `holder`. */
export interface Shift {
  readonly staff: string;
  readonly from: string;
  readonly to: string | null;
  readonly holder?: string;
}
export interface Registers {
  readonly units: readonly { readonly id: string; readonly name: string }[];
  readonly centres: readonly { readonly id: string; readonly name: string; readonly windows: readonly string[] }[];
  readonly posts: readonly Post[];
  readonly items: readonly Item[];
}

/** Every third is sent back in the course of the year and followed by somebody else; every second is covered for a while. */
function shiftsOf(staff: string, days: Workdays, n: number): readonly Shift[] {
  const changed = n % 3 === 0 ? days.day(120 + n * 3) : null;
  const postings: Shift[] = [{ staff, from: days.all[0]!, to: changed }];
  if (changed !== null) postings.push({ staff: `${staff}-2`, from: changed, to: null });
  if (n % 2 === 0) return postings;
  const [from, to] = [days.day(60 + n * 2), days.day(65 + n * 2)];
  return [{ staff: `${staff}-B`, holder: staff, from, to }, ...postings];
}

/** `size`: 1 for the whole city of 34 units and 400 items, less for a part of it. */
export function registersOf(seed: Dice, days: Workdays, size: number): Registers {
  const units = UNITS.slice(0, Math.max(6, Math.round(UNITS.length * size))).map((name, n) => ({
    id: `u${String(n + 1).padStart(2, '0')}`,
    name: `市${name}局`,
  }));
  const centres = ['市', ...DISTRICTS.slice(0, Math.max(1, Math.round(6 * size)))].map((name, n) => ({
    id: n === 0 ? 'city' : `d${n}`,
    name: `${name}政务服务中心`,
    windows: Array.from({ length: n === 0 ? Math.max(4, Math.round(24 * size)) : 4 }, (_, w) => `${w + 1}`),
  }));
  const posts = centres.flatMap(({ id, windows }) =>
    windows.map((window, n) => ({
      post: `${id}-w${window}`,
      centre: id,
      window,
      staff: shiftsOf(`S-${id}-${window}`, days, n),
    })),
  );
  const count = Math.max(60, Math.round(400 * size));
  const items = Array.from({ length: count }, (_, n): Item => {
    const unit = units[n % units.length]!;
    const statutory = seed.of([10, 15, 20, 20, 20, 30]);
    return {
      code: `${unit.id}-${String(Math.floor(n / units.length) + 1).padStart(2, '0')}`,
      unit: unit.id,
      name: `${unit.name.slice(1, -1)}${SUBJECTS[n % SUBJECTS.length]!}（${Math.floor(n / units.length) + 1}）`,
      statutory,
      promised: Math.floor(statutory / 2),
      entered: days.day(seed.between(4, 8)),
      steps: n % 5 === 0 ? [{ code: 'review', name: '审查', workdays: 3 }] : [{ code: 'review', name: '审查' }],
    };
  });
  return { units, centres, posts, items };
}
/** The day before, for what an entry or an exemption begins with. */
export const dayBefore = (day: string) => addDays(day, -1);
