import { setUp } from './setup.mjs';

setUp();
const { serve } = await import('../dist/src/main.js');
await serve(process.argv.slice(2));
