import { run } from '@stricli/core';
import { application } from './application.ts';

/** stricli's own statuses are negative: a usage error is 2, as for kubectl plugins; anything else that failed is 1. */
const usageErrors = new Set([-2, -3, -4, -5, 251, 252, 253, 254]);

await run(application, process.argv.slice(2), {
  process,
  cwd: process.cwd(),
  now: () => new Date(),
});
const code = Number(process.exitCode ?? 0);
if (usageErrors.has(code)) process.exitCode = 2;
else if (code < 0) process.exitCode = 1;
