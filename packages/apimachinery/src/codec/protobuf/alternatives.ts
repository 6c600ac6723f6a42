/** What one number of an either-or message holds. */
export type Alternative = 'schema' | 'schemas' | 'strings' | 'boolean';

/** JSON schemas hold values that may be one of two things; the number that is set tells which. */
const alternatives: Record<string, Record<number, Alternative>> = {
  JSONSchemaPropsOrArray: { 1: 'schema', 2: 'schemas' },
  JSONSchemaPropsOrBool: { 1: 'boolean', 2: 'schema' },
  JSONSchemaPropsOrStringArray: { 1: 'schema', 2: 'strings' },
};

/** The numbers of the either-or type `name` (a definition's full name); none for other types. */
export function alternativesOf(name: string): Record<number, Alternative> | undefined {
  const type = name.slice(name.lastIndexOf('.') + 1);
  return Object.hasOwn(alternatives, type) ? alternatives[type] : undefined;
}
