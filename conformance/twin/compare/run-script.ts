import type { Answer, Script, Side, Step } from '../script.ts';
import { type Difference, firstDifference } from './difference.ts';
import { normalise } from './normalise.ts';

/** What came of one compared step. */
export interface Outcome {
  script: Script;
  /** Index of the step in its script. */
  step: number;
  title: string;
  /** Absent: both servers answer the same. */
  difference: Difference | undefined;
  /** What both answered, upstream first; kept where it differs. */
  answers: [theirs: Answer, ours: Answer] | undefined;
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function at(value: unknown, path: string): unknown {
  let here = value;
  for (const part of path.split('.')) here = (here as Record<string, unknown> | undefined)?.[part];
  return here;
}

type Values = Map<string, string>;

const fill = (text: string, values: Values): string =>
  text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => values.get(name) ?? '');

function filled(step: Step, values: Values): Step {
  if (!JSON.stringify(step).includes('{{')) return step;
  const { body } = step;
  return {
    ...step,
    path: fill(step.path, values),
    ...(body === undefined
      ? {}
      : {
          body:
            typeof body === 'string'
              ? fill(body, values)
              : JSON.parse(fill(JSON.stringify(body), values)),
        }),
  };
}

function holds(body: unknown, until: string): boolean {
  const [path = '', wanted] = until.split('=');
  const value = at(body, path);
  return wanted === undefined ? value !== undefined && value !== false : value === wanted;
}

async function sendTo(side: Side, step: Step, values: Values): Promise<Answer> {
  const ready = filled(step, values);
  let answer = await side.send(ready);
  for (let tries = 0; step.until !== undefined && tries < 50; tries += 1) {
    if (holds(answer.body, step.until)) break;
    await wait(200);
    answer = await side.send(ready);
  }
  for (const [name, path] of Object.entries(step.save ?? {})) {
    const value = at(answer.body, path);
    if (value !== undefined) values.set(name, String(value));
  }
  return answer;
}

/** Runs a script against both servers and compares each step that is not quiet. */
export async function runScript(script: Script, upstream: Side, ours: Side): Promise<Outcome[]> {
  const values: [Values, Values] = [new Map(), new Map()];
  const outcomes: Outcome[] = [];
  for (const [index, step] of script.steps.entries()) {
    const [theirs, mine] = await Promise.all([
      sendTo(upstream, step, values[0]),
      sendTo(ours, step, values[1]),
    ]);
    if (step.quiet) continue;
    const difference = firstDifference(normalise(theirs), normalise(mine));
    outcomes.push({
      script,
      step: index,
      title: step.title ?? `${step.method} ${step.path}`,
      difference,
      answers: difference && [theirs, mine],
    });
  }
  return outcomes;
}
