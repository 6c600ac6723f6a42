import { decode, errors, type KubeObject, parseApiVersion } from '@dormice/apimachinery';
import { describe, expect, it } from 'vitest';
import { kindOf } from '../builtin-kinds.ts';
import type { Kind } from '../kind.ts';
import answers from './answers.generated.json' with { type: 'json' };
import { oracleCases } from './cases.ts';
import { withoutServerFields } from './server-fields.ts';

interface Refusal {
  refused: number;
  message: string;
  causes?: { reason: string; message: string; field: string }[];
}
const recorded = answers as unknown as Record<string, KubeObject | Refusal>;
const context = {
  now: new Date('2026-01-01T00:00:00Z'),
  uuid: () => '00000000-0000-4000-8000-000000000001',
  subresource: '',
};

/** What a create does between decoding and storing, as far as the kind has a say. */
function create(kind: Kind, body: KubeObject): KubeObject | Refusal {
  const object = decode(kind.schema, structuredClone(body)).object as unknown as KubeObject;
  kind.defaults?.(object);
  object.metadata.uid = context.uuid();
  if (kind.scope === 'Namespaced') object.metadata.namespace = 'kinds-oracle';
  kind.prepareForCreate?.(object, context);
  const problems = kind.validate?.(object, context) ?? [];
  if (problems.length === 0) return withoutServerFields(object);
  const error = errors.invalid(kind, object.metadata.name ?? '', problems);
  return {
    refused: 422,
    message: error.message,
    causes: error.details?.causes as Refusal['causes'],
  };
}

/** Upstream prints whole structs with the names of its internal types; those are no part of the contract. */
const withoutStructs = (message: string): string =>
  message.replace(/value: (?:[{[].*[}\]]|null)(?=:|$)/, 'value: …');

const answerOf = (answer: KubeObject | Refusal) =>
  'refused' in answer
    ? (answer as Refusal).causes
        ?.map(({ field, reason, message }) => `${field} ${reason} ${withoutStructs(message)}`)
        .sort()
    : answer;

describe('what a recorded kube-apiserver does, the rows do', () => {
  for (const { name, object } of oracleCases) {
    it(name, () => {
      const { group, version } = parseApiVersion(object.apiVersion);
      const kind = kindOf(group, version, object.kind);
      expect(kind).toBeDefined();
      const ours = create(kind as Kind, object);
      expect(answerOf(ours)).toEqual(answerOf(recorded[name] as Refusal));
    });
  }
});
