/** A day that is over, in a region: streams `day-<region>-<date>`. */
import type { DayEvent } from '../../../projections/events/time.js';
import type { Status } from '../../../projections/kernel/fold.js';
import type { Decider } from '../../kernel/decider.js';

type Day = Status & { readonly status: 'open' | 'closed' };
export type DayCommand = { type: 'CloseDay'; data: { region: string; date: string } };

export const day: Decider<Day, DayCommand, DayEvent> = {
  category: 'day',
  initial: { status: 'open' },
  evolve: (_, { id }) => ({ status: 'closed', since: id }),
  commands: {
    CloseDay: {
      says: { zh: '日终', en: 'close the day' },
      from: ['open'],
      guards: [],
      events: (data) => [{ type: 'DayClosed', data, classification: 'open' }],
    },
  },
};
