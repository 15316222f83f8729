#!/usr/bin/env node
import { setUp } from './setup.mjs';

setUp();
const { run } = await import('../dist/src/cli.js');
await run(process.argv);
