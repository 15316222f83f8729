/** What is done and reported in the city, written down in any order and played by the clock. */
import { addDays } from '../../../projections/kernel/instant.js';
import type { Actor, Channel, Place } from '../../../projections/kernel/message.js';
import type { Dice, Workdays } from './days.js';
import type { Item, Post, Registers } from './registers.js';
import { Till } from './till.js';

export interface Line {
  readonly at: string;
  readonly category: string;
  readonly id: string;
  readonly type: string;
  readonly data: object;
  readonly key: string;
  readonly by: Partial<Actor>;
  readonly place?: Place;
  readonly channel?: Channel;
  readonly report?: Readonly<{ system: string; occurredAt: string; batch: string; registeredAt: string | null }>;
}
/** What a script says must be found: a rule and what it is about. `kind` says how it came about. */
export interface Label {
  readonly rule: string;
  readonly about: string;
  readonly kind: string;
}
/** Done to look like a violation, and none. */
export type NearMiss = Label;

/** An acceptance as the script knows it, for what follows from many of them. */
export interface Accepted {
  readonly matter: string;
  readonly item: string;
  readonly unit: string;
  readonly on: string;
  readonly outside: boolean;
  readonly place: string;
  readonly channel: string;
}
export type Scope = Readonly<{
  items: readonly string[];
  places: readonly string[];
  channels: readonly string[] | null;
}>;
export type Exempt = Readonly<{ unit: string; decidedOn: string; from: string; to: string | null; scope: Scope }>;

const two = (n: number) => String(n).padStart(2, '0');
export const instant = (day: string, minute: number): string =>
  `${day}T${two(Math.floor(minute / 60))}:${two(minute % 60)}:00.000+08:00`;

const later = (at: string, minutes: number): string => {
  const all = Number(at.slice(11, 13)) * 60 + Number(at.slice(14, 16)) + minutes;
  return instant(addDays(at.slice(0, 10), Math.floor(all / 1440)), all % 1440);
};
/** Stands for the id of the first acceptance in its matter, which only the ledger knows. */
export const FIRST_ACCEPTANCE = 'the first acceptance';
/** In place of the id of the latest access grant of the account that the line is of. */
export const LAST_GRANT = 'the last grant';

/** In place of the ids of what was said last of a matter: that it was changed above, and what was found wrong. */
export const LAST_CHANGE = 'the last change above';
export const LAST_FAULT = 'the last fault';

/** In place of the person of a staff number, wherever data names one. */
export const STAFF = (no: string): string => `staff-no ${no}`;
/** In place of the id of what a rule has found in a matter. */
export const foundIn = (rule: string, matter: string): string => `found ${rule} ${matter}`;

const PEOPLE = 1200;

export class Script {
  readonly lines: Line[] = [];
  readonly labels: Label[] = [];
  readonly nearMisses: NearMiss[] = [];
  readonly accepted: Accepted[] = [];
  readonly exemptions: Exempt[] = [];
  readonly till = new Till(this);
  private readonly applied = new Map<string, Set<string>>();
  /** How many have been begun. */
  matters = 0;
  private n = 0;

  constructor(
    readonly dice: Dice,
    readonly days: Workdays,
    readonly registers: Registers,
    /** The last day of the story. */
    readonly until: string,
  ) {}

  line(line: Omit<Line, 'key'> & { key?: string }): void {
    this.lines.push({ key: `c${this.n++}`, ...line });
  }
  /** The last line once more, on the evening of a day. */
  again(day: string): void {
    this.lines.push({ ...this.lines.at(-1)!, at: instant(day, 20 * 60) });
  }
  finds(rule: string, about: string, kind: string): void {
    this.labels.push({ rule, about, kind });
  }
  nearly(rule: string, about: string, kind: string): void {
    this.nearMisses.push({ rule, about, kind });
  }

  /** Somebody who has not applied for this item before. */
  stranger(item: Item): string {
    for (let n = this.dice.below(PEOPLE); ; n++) {
      const person = `P-${n % PEOPLE}`;
      const known = this.applied.get(item.code) ?? new Set();
      if (known.has(person) && known.size < PEOPLE) continue;
      this.applied.set(item.code, known.add(person));
      return person;
    }
  }
  /** A matter told from its first day on. Days are counted in working days from the day it begins. */
  matter(id: string, item: Item, start: number): Matter {
    this.matters++;
    return new Matter(this, id, item, start, this.dice.of(this.registers.posts));
  }
}

/** More people come in the morning, and after the lunch break. */
function hour(dice: Dice): number {
  const minute = Math.floor(Math.min(dice.next(), dice.next()) * 210);
  return (dice.next() < 0.6 ? 9 * 60 : 14 * 60 + 30) + Math.min(minute, 170);
}

export class Matter {
  readonly applicant: string;
  private minute: number;
  private day = -1;

  constructor(
    readonly script: Script,
    readonly id: string,
    readonly item: Item,
    readonly start: number,
    readonly post: Post,
  ) {
    this.applicant = script.stranger(item);
    this.minute = hour(script.dice);
  }
  on = (n: number) => this.script.days.day(this.start + n);

  /** Later on the same day, or the same hour of another. */
  private time(n: number): string {
    this.minute = n === this.day ? this.minute + 7 : hour(this.script.dice);
    this.day = n;
    return instant(this.on(n), Math.min(this.minute, 23 * 60 + 50));
  }
  /** By whoever stands there on the n-th day. */
  private window(n: number) {
    const { post, centre, window, staff: shifts } = this.post;
    const on = this.on(n);
    const { staff, holder } = shifts.find(({ from, to }) => from <= on && (to === null || on < to))!;
    const actingAs = holder === undefined ? ('holder' as const) : ('cover' as const);
    return {
      by: { person: staff, post, org: centre, actingAs },
      place: { kind: 'centre-window', window, org: centre } as const,
      channel: 'window' as const,
    };
  }
  /** Whoever stands at the window on a day. */
  clerk(on: string): string {
    return this.post.staff.find(({ from, to }) => from <= on && (to === null || on < to))!.staff;
  }
  /** Of something else in the course of the matter, at the window on the n-th day. */
  say(n: number, category: string, id: string, type: string, data: object): void {
    this.script.line({ at: this.time(n), category, id, type, data, ...this.window(n) });
  }
  moment(n: number): string {
    return this.time(n);
  }
  private unit() {
    return { by: { person: `S-${this.item.unit}`, post: `${this.item.unit}-desk`, org: this.item.unit } };
  }

  /** An act on the n-th day, at the window or by the unit. */
  act(n: number, who: 'window' | 'unit', type: string, data: object = {}): this {
    const from = who === 'window' ? this.window(n) : this.unit();
    this.script.line({ at: this.time(n), category: 'matter', id: this.id, type, data, ...from });
    return this;
  }
  /** As a system tells it: done on the n-th day, registered and told when `how` says. */
  report(
    n: number,
    type: string,
    data: object,
    how: Partial<{
      system: string;
      place: Place;
      channel: Channel;
      registered: string | null;
      told: string;
      on: string;
      batch: string;
      /** Minutes by which the clock of the system is ahead. */
      ahead: number;
    }> = {},
  ): this {
    const at = this.time(n);
    const occurredAt = how.ahead ? later(at, how.ahead) : how.on ? instant(how.on, 10 * 60) : at;
    const registeredAt = how.registered === undefined ? occurredAt : how.registered;
    const last = how.ahead ? at : [occurredAt, registeredAt ?? occurredAt, how.told ?? at].toSorted().at(-1)!;
    this.script.line({
      at: last,
      category: 'matter',
      id: this.id,
      type,
      data,
      by: { org: this.item.unit },
      place: how.place ?? { kind: 'department-office', org: this.item.unit },
      channel: how.channel ?? 'department-system',
      report: {
        system: how.system ?? `${this.item.unit}-system`,
        occurredAt,
        batch: how.batch ?? at.slice(0, 10),
        registeredAt,
      },
    });
    return this;
  }

  /** `subjectKey`: what it is for; one applicant has one, unless told. */
  receive(n = 0, applicant = this.applicant, subjectKey = `BD-${applicant.slice(2)}`): this {
    const data = {
      itemCode: this.item.code,
      receiptNo: `SJ-${this.id}`,
      materials: [{ code: 'm1', name: '申请表' }],
      applicant: {
        kind: 'person',
        identifier: { kind: 'demo-person', value: applicant },
        personal: { name: `居民${applicant.slice(2)}` },
      },
      subjectKey,
    };
    return this.act(n, 'window', 'ReceiveMaterials', data);
  }
  accept(n = 0): this {
    this.noted(this.on(n), false, {});
    return this.act(n, 'window', 'AcceptMatter', { itemCode: this.item.code, acceptanceNo: `SL-${this.id}` });
  }
  /** Reported by the unit, from a place of its own unless `how` says otherwise. `outside`: against the rule. */
  acceptElsewhere(n: number, outside: boolean | null, how: Parameters<Matter['report']>[3] = {}): this {
    if (outside !== null) this.noted(how.on ?? this.on(n), outside, how);
    return this.report(n, 'AcceptMatter', { itemCode: this.item.code }, how);
  }
  /** The place of its first acceptance was not that one: somebody registers it, somebody else has approved. */
  correctPlace(n: number, place: Place, channel: Channel): this {
    const approver = { identifier: { kind: 'staff-no', value: 'S-approver' }, personal: {} };
    const data = { acceptance: FIRST_ACCEPTANCE, place, channel, reason: '来源默认值有误', approver };
    return this.report(n, 'CorrectAcceptance', data, { system: 'paper' });
  }
  private noted(on: string, outside: boolean, { place, channel }: { place?: Place; channel?: Channel }): void {
    this.script.accepted.push({
      matter: this.id,
      item: this.item.code,
      unit: this.item.unit,
      on,
      outside,
      place: place?.kind ?? 'department-office',
      channel: channel ?? 'department-system',
    });
  }
  decide(n: number, outcome: 'granted' | 'denied' = 'granted'): this {
    const data = outcome === 'granted' ? { outcome } : { outcome, reasons: '不符合条件', remedies: '可申请行政复议' };
    return this.act(n, 'unit', 'DecideMatter', data);
  }
  deliver(n: number): this {
    return this.act(n, 'window', 'DeliverResult', { mode: 'window' });
  }
  close(n: number, kind = 'certificate-issued'): this {
    return this.act(n, 'unit', 'CloseMatter', { kind });
  }
  /** Decided, delivered and closed in good time after the n-th day. */
  finish(n: number): this {
    return this.decide(n)
      .deliver(n + 1)
      .close(n + 1);
  }
  /** The last working day before the mark of a near end. */
  get calm(): number {
    const { promised } = this.item;
    return Math.max(0, Math.min(Math.ceil(promised * 0.9), promised - 1) - 1);
  }
}
