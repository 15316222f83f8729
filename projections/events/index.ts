/** Every event type of every area with the version that is written now. Older ones are brought up by upcast.ts. */
export const versions: Readonly<Record<string, number>> = {};
