/** What a verification found: the first of each kind of wrong, how many more, what was checked, and what was not. */

export type Text = Readonly<{ zh: string; en: string }>;
/** `place`: where, such as "event 17" or "matter_cards M-1 @ 17", the same in both languages. */
export interface Wrong extends Text {
  readonly code: string;
  readonly place: string;
}
export interface Found {
  readonly first: Wrong;
  readonly count: number;
}
export interface Checked extends Text {
  readonly what: string;
  readonly count: number;
}
/** 0, 1 and 2 as an exit code. */
export type Verdict = 'proved' | 'refuted' | 'undetermined';

export class Report {
  private readonly found = new Map<string, { first: Wrong; count: number }>();
  private readonly done: Checked[] = [];
  private readonly left: Text[] = [];
  private readonly unsure: Text[] = [];

  wrong(wrong: Wrong, count = 1): void {
    const known = this.found.get(wrong.code);
    if (known) known.count += count;
    else this.found.set(wrong.code, { first: wrong, count });
  }
  checked(what: string, count: number, zh: string, en: string): void {
    this.done.push({ what, count, zh, en });
  }
  /** Said as plainly as what was checked. */
  notChecked(zh: string, en: string): void {
    this.left.push({ zh, en });
  }
  /** What kept something from being judged that was asked for. */
  undecided(zh: string, en: string): void {
    this.unsure.push({ zh, en });
  }

  get verdict(): Verdict {
    if (this.found.size > 0) return 'refuted';
    return this.unsure.length > 0 ? 'undetermined' : 'proved';
  }
  get exitCode(): 0 | 1 | 2 {
    return ({ proved: 0, refuted: 1, undetermined: 2 } as const)[this.verdict];
  }
  get wrongs(): readonly Found[] {
    return [...this.found.values()];
  }
  toJSON() {
    return {
      verdict: this.verdict,
      wrong: this.wrongs,
      checked: this.done,
      notChecked: this.left,
      undecided: this.unsure,
    };
  }
  lines(): string {
    const title = {
      proved: '已证实 proved',
      refuted: '不符 refuted',
      undetermined: '无法判定 could not be judged',
    }[this.verdict];
    return [
      `结论 verdict：${title}`,
      ...this.wrongs.map(
        ({ first, count }) =>
          `✗ ${first.place}：${first.zh} ${first.en}${count > 1 ? `（共 ${count} 处 in all ${count}）` : ''}`,
      ),
      ...this.unsure.map(({ zh, en }) => `? ${zh} ${en}`),
      ...this.done.map(({ zh, en }) => `✓ 已核对 ${zh} checked: ${en}`),
      ...this.left.map(({ zh, en }) => `– 未核对 ${zh} not checked: ${en}`),
    ].join('\n');
  }
}
