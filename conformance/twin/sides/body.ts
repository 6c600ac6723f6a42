import type { Step } from '../script.ts';

/** The bytes that a step sends, and the headers that describe them. */
export function requestOf(step: Step): { body?: Uint8Array; headers: Record<string, string> } {
  const headers: Record<string, string> = {
    'user-agent': 'twin/1.0',
    accept: step.accept ?? 'application/json',
  };
  if (step.body === undefined) return { headers: { ...headers, ...step.headers } };
  const text = typeof step.body === 'string' ? step.body : JSON.stringify(step.body);
  headers['content-type'] = step.type ?? 'application/json';
  return { body: new TextEncoder().encode(text), headers: { ...headers, ...step.headers } };
}

const isWatch = (step: Step): boolean => /[?&]watch=(?!0|false)/.test(step.path);

/** JSON as a value, a watch as its frames, anything else as text. */
export function parseAnswer(step: Step, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    if (!isWatch(step)) return text;
  }
  try {
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  } catch {
    return text;
  }
}
