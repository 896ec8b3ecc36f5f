// A run of checks: one line of output each, which the .NET test of the same name reads.
import { readFileSync } from 'node:fs';

export const { picture, vendors } = JSON.parse(readFileSync(new URL('../vendors.json', import.meta.url), 'utf8'));
export const url = process.env.LAKEHOUSE_URL;
export const key = process.env.LAKEHOUSE_KEY;
export const spentKey = process.env.LAKEHOUSE_SPENT_KEY;
export const schema = { type: 'object', properties: { answer: { type: 'integer' } }, required: ['answer'], additionalProperties: false };

const checks = [];

export const check = (name, run) => checks.push([name, run]);

export function checkEach(name, run) {
  for (const [vendor, says] of Object.entries(vendors)) {
    check(`${name} ${vendor}`, () => run(vendor, says));
  }
}

// All at once, because some wait for a moment.
export const runAll = () => Promise.all(checks.map(async ([name, run]) => {
  try {
    await run();
    console.log(`check ${name}: ok`);
  } catch (error) {
    console.log(`check ${name}: ${String(error?.stack ?? error).replaceAll('\n', ' | ')}`);
  }
}));
