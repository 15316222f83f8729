/** Whether a test notices each change of a condition in the rules: see CONTRIBUTING.md. */
import { setUp } from './setup.mjs';

setUp();
await import('../test/support/typescript-register.mjs');
await import('../test/mutation/run.ts');
