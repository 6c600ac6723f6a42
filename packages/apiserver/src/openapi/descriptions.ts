import { readFileSync } from 'node:fs';

/** By definition: field name → description; the type's own under ''. */
type Descriptions = Record<string, Record<string, string>>;

const typeMeta = new Set(['kind', 'apiVersion']);
/** A definition whose description of kind and apiVersion is everybody's. */
const typeMetaHolder = 'io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions';

/** Documents keep what they need; the table itself (1 MB) need not stay in memory, milliseconds. */
const keepFor = 10_000;

let loaded: Descriptions | undefined;

/**
 * What `npm start` and `npm test` make of a dependency (`scripts/build-descriptions.ts`). Without it documents are whole
 * but for the descriptions of built-in fields.
 */
function all(): Descriptions {
  if (!loaded) {
    try {
      const file = new URL('../../dist/descriptions.json', import.meta.url);
      loaded = JSON.parse(readFileSync(file, 'utf8')) as Descriptions;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      loaded = {};
    }
    setTimeout(() => {
      loaded = undefined;
    }, keepFor).unref();
  }
  return loaded;
}

/** The description of a definition. */
export const describeType = (definition: string): string | undefined => all()[definition]?.[''];

/** The description of a definition's field. */
export function describeField(definition: string, field: string): string | undefined {
  return (
    all()[definition]?.[field] ?? (typeMeta.has(field) ? all()[typeMetaHolder]?.[field] : undefined)
  );
}
