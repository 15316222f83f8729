/** How deep JSON is nested, told from its bytes: before anything walks through it that calls itself. */

/** The deepest body there is has ten. */
export const MAX_DEPTH = 32;

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const OPENS = new Set([0x5b, 0x7b]);
const CLOSES = new Set([0x5d, 0x7d]);

export function isDeeper(json: Uint8Array, most: number): boolean {
  let depth = 0;
  let quoted = false;
  for (let n = 0; n < json.length; n++) {
    const byte = json[n]!;
    if (quoted) {
      if (byte === BACKSLASH) n++;
      else if (byte === QUOTE) quoted = false;
    } else if (byte === QUOTE) quoted = true;
    else if (OPENS.has(byte)) {
      if (++depth > most) return true;
    } else if (CLOSES.has(byte)) depth--;
  }
  return false;
}
