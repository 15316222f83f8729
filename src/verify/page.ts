/** The verifier that outsiders read and run, as a module and as one page. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PROJECT_ROOT } from '../config.js';

const FOLDER = join(PROJECT_ROOT, 'verifier');
export const VERIFIER = join(FOLDER, 'verify.mjs');

type Said = Readonly<{ zh: string; en: string }>;
export interface Outcome {
  readonly verdict: 'proved' | 'refuted' | 'undetermined';
  readonly exitCode: 0 | 1 | 2;
  readonly wrong: readonly Said[];
  readonly unsure: readonly Said[];
  readonly checked: readonly Said[];
  readonly left: readonly Said[];
}
interface Verifier {
  verifyEvidence(text: string, trust?: string | null): Promise<Outcome>;
  linesOf(outcome: Outcome): string;
}
export const verifier = async (): Promise<Verifier> => (await import(pathToFileURL(VERIFIER).href)) as Verifier;

/** One page that needs neither network nor anything beside it. `evidence`: a file that it carries. */
export async function verifierPage(evidence = ''): Promise<string> {
  const [page, program] = await Promise.all([readFile(join(FOLDER, 'page.html'), 'utf8'), readFile(VERIFIER, 'utf8')]);
  return page
    .replace('/*VERIFIER*/', () => program)
    .replace('id="evidence">', () => `id="evidence">${Buffer.from(evidence).toString('base64')}`);
}
