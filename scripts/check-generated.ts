import { generate } from './facts.ts';
import { bootstrapTable } from './generate-bootstrap.ts';
import { kindsTable } from './generate-kinds.ts';

/** Are all generated tables in step with their facts? Called by `npm run check`. */
process.exitCode = [kindsTable, bootstrapTable]
  .map((table) => generate(table, ['--check']))
  .reduce((worst, status) => Math.max(worst, status), 0);
