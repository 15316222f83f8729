/** The font of papers (Noto Serif SC, OFL-1.1), as far as a text needs it: a page carries what it is printed with. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

const STYLES = '@fontsource-variable/noto-serif-sc/wght.css';
/** A part of the font: its file, and the code points that it draws. */
interface Part {
  readonly file: string;
  readonly family: string;
  readonly ranges: readonly (readonly [from: number, to: number])[];
}
function rangesIn(text: string): Part['ranges'] {
  return text.split(',').map((range) => {
    const [from = '', to = from] = range.trim().replace(/^U\+/i, '').split('-');
    return [Number.parseInt(from, 16), Number.parseInt(to, 16)];
  });
}
/** As the package's own style sheet says it, one `@font-face` for each part. */
async function partsOf(): Promise<readonly Part[]> {
  const blocks = (await fontStyle()).split('@font-face').slice(1);
  return blocks.flatMap((block) => {
    const file = /url\(([^)]+)\)/.exec(block)?.[1];
    const family = /font-family:\s*'([^']+)'/.exec(block)?.[1];
    const ranges = /unicode-range:\s*([^;]+);/.exec(block)?.[1];
    return file && family && ranges
      ? [{ file: join(dirname(STYLE_FILE), file), family, ranges: rangesIn(ranges) }]
      : [];
  });
}
let known: Promise<readonly Part[]> | undefined;

const STYLE_FILE = createRequire(import.meta.url).resolve(STYLES);
/** The package's own style sheet, whose parts stand in `files/` beside it: a browser asks for those that it lacks. */
export const fontStyle = (): Promise<string> => readFile(STYLE_FILE, 'utf8');
/** Null: there is no such part. */
export async function fontFile(name: string): Promise<Buffer | null> {
  known ??= partsOf();
  const part = (await known).find(({ file }) => basename(file) === name);
  return part ? readFile(part.file) : null;
}

/** `@font-face` rules with the parts that draw the characters of a text, each in the page itself. */
export async function fontsFor(text: string): Promise<string> {
  known ??= partsOf();
  const points = [...new Set(text)].map((character) => character.codePointAt(0)!);
  const needed = (await known).filter(({ ranges }) =>
    points.some((point) => ranges.some(([from, to]) => from <= point && point <= to)),
  );
  const rules = needed.map(async ({ file, family, ranges }) => {
    const data = (await readFile(file)).toString('base64');
    const range = ranges.map(([from, to]) => `U+${from.toString(16)}-${to.toString(16)}`).join(',');
    const source = `url(data:font/woff2;base64,${data}) format('woff2')`;
    return `@font-face{font-family:'${family}';font-weight:200 900;src:${source};unicode-range:${range}}`;
  });
  return (await Promise.all(rules)).join('');
}
