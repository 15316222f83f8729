/** How many acceptances a source registered in each minute (补录), and over which days they had been made. */
import type { MatterEvent } from './events/matters.js';
import { dayOf, millisOf } from './kernel/instant.js';
import type { Recorded } from './kernel/message.js';
import { projection } from './kernel/projection.js';

const SAMPLE = 20;
type Minute = {
  /** `<who> <minute>` */
  id: string;
  /** The system that reports, and who did it there as far as it says. */
  who: string;
  minute: number;
  count: number;
  first: string;
  last: string;
  acts: readonly string[];
};
/** Only what is reported can be registered afterwards; null where the source does not say when it was told. */
export const registered = ({ source, actor }: Pick<Recorded, 'source' | 'actor'>) =>
  source && source.registeredAt !== null
    ? {
        who: `${source.system}/${actor.org ?? ''}`,
        minute: Math.floor(millisOf(source.registeredAt) / 60_000),
        day: dayOf(source.registeredAt),
      }
    : null;

export const registrations = projection<MatterEvent>()<Minute>({
  name: 'registration',
  version: 1,
  key: 'id',
  columns: { id: 'text', who: 'text', minute: 'int', count: 'int', first: 'date', last: 'date', acts: 'jsonb' },
  indexes: { byWho: ['who', 'minute'] },
  uses: {},
  on: {
    MatterAccepted: {
      keys: (event) => {
        const told = registered(event);
        return told ? `${told.who} ${told.minute}` : [];
      },
      fold: (row, event, _look, id) => {
        const { who, minute } = registered(event)!;
        const { on } = event.data;
        return {
          id,
          who,
          minute,
          count: (row?.count ?? 0) + 1,
          first: row && row.first < on ? row.first : on,
          last: row && row.last > on ? row.last : on,
          acts: row && row.acts.length >= SAMPLE ? row.acts : [...(row?.acts ?? []), event.id],
        };
      },
    },
  },
});
