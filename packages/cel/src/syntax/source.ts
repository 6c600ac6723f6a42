/** A problem of an expression, at a place in it. */
export class CelSyntaxError extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

export interface Problem {
  message: string;
  /** Offset in code units. */
  at: number;
}

/** Problems as cel-go prints them: place, message, the line, and a caret under the place. */
export function formatProblems(source: string, problems: readonly Problem[]): string {
  return [...problems]
    .sort((a, b) => a.at - b.at)
    .map((problem) => formatProblem(source, problem))
    .join('\n');
}

function formatProblem(source: string, { message, at }: Problem): string {
  // Of nothing there is no line to show, and no first column.
  if (source === '') return `ERROR: <input>:1:0: ${message}`;
  const before = source.slice(0, at);
  const line = before.split('\n').length;
  const start = before.lastIndexOf('\n') + 1;
  const column = [...source.slice(start, at)].length;
  const end = source.indexOf('\n', start);
  const text = source.slice(start, end < 0 ? undefined : end).replaceAll('\t', ' ');
  return `ERROR: <input>:${line}:${column + 1}: ${message}\n | ${text}\n | ${'.'.repeat(column)}^`;
}
