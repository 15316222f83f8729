/**
 * Old shapes brought up to the one that is written now, one step a version. The bytes stay as they are: only what is
 * folded changes. A changed meaning is a new event type; only a changed shape is a step here.
 */
import type { Recorded } from './message.js';

type Step = (data: any) => object;
/** By event type: the step from version 1 to 2, from 2 to 3, … */
export type Upcasts = Readonly<Record<string, readonly Step[]>>;

/** The event as of the newest version. Throws for a version that nobody here has heard of: never guess. */
export function upcast(event: Recorded, upcasts: Upcasts): Recorded {
  const steps = upcasts[event.type] ?? [];
  if (event.version > steps.length + 1)
    throw new Error(`${event.type} version ${event.version} is newer than this program (${steps.length + 1})`);
  if (event.version === steps.length + 1) return event;
  const data = steps.slice(event.version - 1).reduce<object>((older, step) => step(older), event.data);
  return { ...event, version: steps.length + 1, data };
}
