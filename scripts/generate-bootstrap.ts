import { generate } from './facts.ts';

/**
 * Makes the table of the objects that a new cluster has by itself.
 *
 *     node scripts/generate-bootstrap.ts [--facts FILE] [--check]
 */
interface Facts {
  version: string;
  objects: Record<string, Record<string, unknown>[]>;
}

export const bootstrapTable = {
  output: 'packages/kinds/src/generated/bootstrap.generated.json',
  facts: '../shared/facts/bootstrap-1.35.json',
  build: ({ version, objects }: Facts) => ({
    version,
    count: Object.values(objects).flat().length,
    objects: Object.keys(objects)
      .sort()
      .flatMap((resource) => objects[resource] ?? []),
  }),
};

if (import.meta.main) process.exitCode = generate(bootstrapTable, process.argv.slice(2));
