import { acceptedOf, differencesOf, type Judged, summaryOf, tableOf } from './report.ts';

/** The text of docs/fidelity.md. */
export function fidelityDocument(judged: readonly Judged[]): string {
  return `# Fidelity

What a client sees of our API server and of kube-apiserver 1.35, compared answer by answer: status code, content type,
warnings, retry-after, and the body without what must differ (uid, times, revisions, addresses, generated suffixes).
Made by \`npm run conformance -- twin --upstream-bin DIR --write\`; what is sent is in \`conformance/twin\`. CI runs it all, and
fails for a difference that stands neither here nor in \`conformance/twin/known.txt\`.

${summaryOf(judged)}

## Kinds and themes

A number alone: all of that many answers are the same, or differ for a reason below. A pair: so many of all.

${tableOf(judged)}

## Differences with a reason

${acceptedOf(judged) || 'None.'}

## Differences

Upstream's value first, then ours.

${differencesOf(judged, 5) || 'None.'}
`;
}
