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

// The tests' process holds the other end.
process.stdin.on('end', () => process.exit(1)).resume().unref();

const timeLimit = () => new Promise((_, reject) => setTimeout(() => reject(new Error('no end after 60 s')), 60_000).unref());

// All at once, because some wait for a moment; then it leaves, whatever a client still waits for.
export async function runAll() {
  await Promise.all(checks.map(async ([name, run]) => {
    try {
      await Promise.race([run(), timeLimit()]);
      console.log(`check ${name}: ok`);
    } catch (error) {
      console.log(`check ${name}: ${String(error?.stack ?? error).replaceAll('\n', ' | ')}`);
    }
  }));
  process.exit();
}
