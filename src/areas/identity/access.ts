/** Looks at what is personal are on the record, each in the stream of who looked: `access-<personId>`. */
import type { AccessEvent } from '../../../projections/events/access.js';
import type { Status } from '../../../projections/kernel/fold.js';
import type { Decider } from '../../kernel/decider.js';

type Looks = Status & { readonly status: 'any' };
export type AccessCommand = { type: 'RecordView'; data: AccessEvent['data'] };

export const access: Decider<Looks, AccessCommand, AccessEvent> = {
  category: 'access',
  initial: { status: 'any' },
  evolve: (state) => state,
  commands: {
    RecordView: {
      says: { zh: '记录查看', en: 'record a look' },
      from: ['any'],
      guards: [],
      // The object is named by another type, so that a look does not stand in the object's own history.
      events: (data) => [
        {
          type: 'AccessViewed',
          data,
          refs: [{ type: `viewed-${data.object.type}`, id: data.object.id, role: 'viewed' }],
          classification: 'sensitive',
        },
      ],
    },
  },
};
