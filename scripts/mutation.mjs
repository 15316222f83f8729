/** Whether a test notices each change of a condition in the rules: see CONTRIBUTING.md. */
import { register } from 'node:module';
import { setUp } from './setup.mjs';

setUp();
register('../test/support/typescript.mjs', import.meta.url);
await import('../test/mutation/run.ts');
