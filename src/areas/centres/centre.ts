/** A service centre and its windows: streams `centre-<id>`. */
import { centreRegister, type CentreState, windowOpen } from '../../../projections/centres.js';
import type { CentreEvent } from '../../../projections/events/centres.js';
import type { Decider, Guard } from '../../kernel/decider.js';

export type CentreCommand =
  | { type: 'RegisterCentre'; data: { name: string; region: string; from: string } }
  | { type: 'OpenWindow'; data: { window: string; name: string; org?: string; from: string } }
  | { type: 'CloseWindow'; data: { window: string; from: string; reason: string } };

const notOpenYet: Guard<CentreState, { window: string }> = {
  code: 'window-open-already',
  says: { zh: '该窗口已启用', en: 'the window is open already' },
  basis: 'register of centres',
  broken: ({ window }, state) => {
    const open = windowOpen(state, window);
    return open !== undefined && { details: { window, from: open.from }, refs: [open.event] };
  },
};
const isOpen: Guard<CentreState, { window: string; from: string }> = {
  code: 'window-not-open',
  says: { zh: '该窗口未启用', en: 'the window is not open' },
  basis: 'register of centres',
  broken: ({ window, from }, state) => {
    const open = windowOpen(state, window);
    return !(open && open.from <= from) && { details: { window, from }, refs: open ? [open.event] : [] };
  },
};
const since = (from: string) => ({ effective: { from, to: null }, classification: 'open' }) as const;

export const centre: Decider<CentreState, CentreCommand, CentreEvent> = {
  ...centreRegister,
  commands: {
    RegisterCentre: {
      says: { zh: '登记服务中心', en: 'register the centre' },
      from: ['none'],
      guards: [],
      events: (data) => [{ type: 'CentreRegistered', data, ...since(data.from) }],
    },
    OpenWindow: {
      says: { zh: '启用窗口', en: 'open a window' },
      from: ['registered'],
      guards: [notOpenYet],
      events: ({ org = null, ...data }) => [
        {
          type: 'WindowOpened',
          data: { ...data, org },
          ...since(data.from),
          refs: org === null ? [] : [{ type: 'org', id: org, role: 'window-of' }],
        },
      ],
    },
    CloseWindow: {
      says: { zh: '停用窗口', en: 'close a window' },
      from: ['registered'],
      guards: [isOpen],
      events: (data) => [{ type: 'WindowClosed', data, ...since(data.from) }],
    },
  },
};
