/** Writes what is generated from the code: docs/events.md, docs/openapi.json. With `--check`: says what is not current, and writes nothing. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventsByArea } from '../projections/events/index.js';
import { interfaceOf } from './http/app.js';
import { PROJECT_ROOT } from './config.js';

function eventsPage(): string {
  const lines = [
    '# Events 事件',
    '',
    'Generated from `projections/events/` by `npm run docs`. The envelope around each is in',
    '`projections/kernel/message.ts`, the members of `data` in the file of the area.',
  ];
  for (const [area, events] of Object.entries(eventsByArea)) {
    lines.push('', `## ${area}`, '', '| type | version | 中文 | English |', '| --- | --- | --- | --- |');
    for (const [type, { version, zh, en }] of Object.entries(events))
      lines.push(`| \`${type}\` | ${version} | ${zh} | ${en} |`);
  }
  return `${lines.join('\n')}\n`;
}

const pages: Readonly<Record<string, () => string | Promise<string>>> = {
  'docs/events.md': eventsPage,
  'docs/openapi.json': async () => `${JSON.stringify(await interfaceOf(), null, 2)}\n`,
};

const stale: string[] = [];
for (const [path, page] of Object.entries(pages)) {
  const file = join(PROJECT_ROOT, path);
  const text = await page();
  if ((await readFile(file, 'utf8').catch(() => '')) === text) continue;
  if (process.argv.includes('--check')) stale.push(path);
  else await writeFile(file, text);
}
if (stale.length > 0) {
  console.error(`not current: ${stale.join(', ')}; run npm run docs`);
  process.exitCode = 1;
}
