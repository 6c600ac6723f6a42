import { deepEqual, fieldErrors, type KubeObject, omitted } from '@dormice/apimachinery';
import { type Check, isAbsent, nonNegative, onEach } from '../checks.ts';
import { each, type Loose } from '../loose.ts';
import { IndexError, overlapOf, parseIndexes } from './index-ranges.ts';

const { duplicate, invalid, required } = fieldErrors;

/** What the rules look at, of one state of a job. */
interface State {
  spec: Loose;
  status: Loose;
  complete: boolean;
  failed: boolean;
  finished: boolean;
  failureTarget: boolean;
  criteriaMet: boolean;
}

function stateOf(job: KubeObject): State {
  const { spec = {}, status = {} } = job as Loose;
  const isTrue = (wanted: string): boolean =>
    each(status.conditions).some((one) => one.type === wanted && one.status === 'True');
  const [complete, failed] = [isTrue('Complete'), isTrue('Failed')];
  return {
    spec,
    status,
    complete,
    failed,
    finished: complete || failed,
    failureTarget: isTrue('FailureTarget'),
    criteriaMet: isTrue('SuccessCriteriaMet'),
  };
}

const conditions = (message: string): Check => [invalid('status.conditions', omitted, message)];

/** A rule counts only when one of these changed: a status that was wrong before can still be mended elsewhere. */
interface Rule {
  of: readonly (keyof State | `status.${string}`)[];
  check: (next: State, old: State) => Check;
}

const when = (broken: unknown, errors: () => Check): Check => (broken ? errors() : []);

const rules: readonly Rule[] = [
  {
    of: ['complete', 'failed'],
    check: ({ complete, failed }) =>
      when(complete && failed, () =>
        conditions('cannot set Complete=True and Failed=true conditions'),
      ),
  },
  {
    of: ['complete', 'failureTarget'],
    check: ({ complete, failureTarget }) =>
      when(complete && failureTarget, () =>
        conditions('cannot set Complete=True and FailureTarget=true conditions'),
      ),
  },
  {
    of: ['complete', 'status.completionTime'],
    check: ({ complete, status: { completionTime } }) =>
      when(completionTime && !complete, () => [
        invalid(
          'status.completionTime',
          completionTime,
          'cannot set completionTime when there is no Complete=True condition',
        ),
      ]),
  },
  {
    of: ['complete', 'status.completionTime'],
    check: ({ complete, status: { completionTime } }) =>
      when(complete && !completionTime, () => [
        required('status.completionTime', 'completionTime is required for Complete jobs'),
      ]),
  },
  {
    of: ['status.startTime', 'status.completionTime'],
    check: ({ status: { startTime, completionTime } }) =>
      when(
        startTime && completionTime && Date.parse(completionTime) < Date.parse(startTime),
        () => [
          invalid('status.completionTime', completionTime, 'must be equal to or after `startTime`'),
        ],
      ),
  },
  {
    of: ['failed', 'status.failedIndexes'],
    check: ({ failed, failureTarget }) =>
      when(failed && !failureTarget, () =>
        conditions('cannot set Failed=True condition without the FailureTarget=true condition'),
      ),
  },
  {
    of: ['complete', 'criteriaMet'],
    check: ({ complete, criteriaMet }) =>
      when(complete && !criteriaMet, () =>
        conditions(
          'cannot set Complete=True condition without the SuccessCriteriaMet=true condition',
        ),
      ),
  },
  {
    of: ['finished', 'status.active'],
    check: ({ finished, status: { active } }) =>
      when(finished && active > 0, () => [
        invalid('status.active', active, 'active>0 is invalid for finished job'),
      ]),
  },
  {
    of: ['finished', 'status.startTime'],
    check: ({ finished, spec, status: { startTime } }) =>
      when(finished && !startTime && !(spec.suspend === true && spec.completions === 0), () => [
        required('status.startTime', 'startTime is required for finished job'),
      ]),
  },
  {
    of: ['finished', 'status.uncountedTerminatedPods'],
    check: ({ finished, status: { uncountedTerminatedPods: pods } }) =>
      when(finished && each(pods?.failed).length + each(pods?.succeeded).length > 0, () => [
        invalid('status.uncountedTerminatedPods', pods, 'must be empty for finished job'),
      ]),
  },
  {
    of: ['status.completedIndexes'],
    check: ({ spec, status }) =>
      indexFaults('completedIndexes', status.completedIndexes ?? '', spec.completions),
  },
  {
    of: ['status.failedIndexes'],
    check: ({ spec, status }) =>
      when(!isAbsent(spec.backoffLimitPerIndex) && !isAbsent(status.failedIndexes), () =>
        indexFaults('failedIndexes', status.failedIndexes, spec.completions),
      ),
  },
  {
    of: ['status.completedIndexes'],
    check: ({ spec, status: { completedIndexes } }) =>
      when(completedIndexes && spec.completionMode !== 'Indexed', () => [
        invalid(
          'status.completedIndexes',
          completedIndexes,
          'cannot set non-empty completedIndexes when non-indexed completion mode',
        ),
      ]),
  },
  {
    of: ['status.failedIndexes'],
    check: ({ spec, status: { failedIndexes } }) =>
      when(isAbsent(spec.backoffLimitPerIndex) && !isAbsent(failedIndexes), () => [
        invalid(
          'status.failedIndexes',
          failedIndexes,
          'cannot set non-null failedIndexes when backoffLimitPerIndex is null',
        ),
      ]),
  },
  {
    of: ['status.failedIndexes', 'status.completedIndexes'],
    check: ({ spec, status: { failedIndexes, completedIndexes } }) => {
      if (isAbsent(spec.completions) || !failedIndexes || !completedIndexes) return [];
      const common = overlapOf(completedIndexes, failedIndexes, spec.completions);
      const message = `failedIndexes and completedIndexes overlap at index: ${common}`;
      return common === undefined ? [] : [invalid('status.failedIndexes', failedIndexes, message)];
    },
  },
  {
    of: ['finished', 'status.terminating'],
    check: ({ finished, status: { terminating } }) =>
      when(finished && terminating > 0, () => [
        invalid('status.terminating', terminating, 'terminating>0 is invalid for finished job'),
      ]),
  },
  {
    of: ['status.ready', 'status.active'],
    check: ({ status: { ready, active = 0 } }) =>
      when(!isAbsent(ready) && ready > active, () => [
        invalid('status.ready', ready, 'cannot set more ready pods than active'),
      ]),
  },
];

/** Rules that always count, and those that compare with what was. */
function settled(next: State, old: State): Check {
  const errors: Check = [];
  const { complete, criteriaMet, failed, failureTarget, spec } = next;
  const never = (broken: boolean, message: string): void => {
    if (broken) errors.push(...conditions(message));
  };
  never(criteriaMet && failed, 'cannot set SuccessCriteriaMet=True and Failed=true conditions');
  never(
    criteriaMet && failureTarget,
    'cannot set SuccessCriteriaMet=True and FailureTarget=true conditions',
  );
  never(
    spec.successPolicy && !criteriaMet && complete,
    'cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True',
  );
  for (const [type, was, is] of [
    ['Failed', old.failed, failed],
    ['Complete', old.complete, complete],
    ['FailureTarget', old.failureTarget, failureTarget],
  ] as const) {
    never(was && !is, `cannot disable the terminal ${type}=True condition`);
  }
  errors.push(...counters(next, old), ...times(next, old));
  never(old.criteriaMet && !criteriaMet, 'cannot disable the SuccessCriteriaMet=True condition');
  never(
    old.complete && !old.criteriaMet && criteriaMet,
    'cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions',
  );
  return errors;
}

function counters({ spec, status }: State, { status: before }: State): Check {
  const scales = spec.completionMode === 'Indexed' && spec.completions === spec.parallelism;
  return (scales ? ['failed'] : ['failed', 'succeeded']).flatMap((name) => {
    const [now, was] = [status[name] ?? 0, before[name] ?? 0];
    return when(now < was, () => [
      invalid(`status.${name}`, now, `cannot decrease the ${name} counter`),
    ]);
  });
}

function times({ spec, status }: State, { status: before }: State): Check {
  const { completionTime, startTime } = status;
  const isSuspended = (list: Loose, value: string): boolean =>
    each(list).some((one) => one.type === 'Suspended' && one.status === value);
  const resumes = isSuspended(before.conditions, 'True') && isSuspended(status.conditions, 'False');
  return [
    ...when(
      completionTime && before.completionTime && completionTime !== before.completionTime,
      () => [invalid('status.completionTime', completionTime, 'field is immutable')],
    ),
    ...when(
      before.startTime && startTime !== before.startTime && spec.suspend !== true && !resumes,
      () => [required('status.startTime', 'startTime cannot be removed for unsuspended job')],
    ),
  ];
}

function indexFaults(field: string, text: string, completions: Loose): Check {
  if (isAbsent(completions)) return [];
  try {
    parseIndexes(text, completions);
    return [];
  } catch (error) {
    if (!(error instanceof IndexError)) throw error;
    return [invalid(`status.${field}`, text, `error parsing ${field}: ${error.message}`)];
  }
}

/** Pods that are to be counted: each once. */
function uncounted(pods: Loose): Check {
  if (!pods) return [];
  const seen = new Set<string>();
  return ['succeeded', 'failed'].flatMap((field) =>
    onEach(pods[field], `status.uncountedTerminatedPods.${field}`, (uid, at) => {
      if (uid === '') return [invalid(at, uid, 'must not be empty')];
      if (seen.has(uid)) return [duplicate(at, uid)];
      seen.add(uid);
      return [];
    }),
  );
}

const changedPart = (state: State, of: Rule['of'][number]): unknown =>
  of.startsWith('status.') ? state.status[of.slice('status.'.length)] : state[of as keyof State];

/** What a job's status may become, whoever writes it. */
export function validateJobStatus(job: KubeObject, oldJob: KubeObject): Check {
  const [next, old] = [stateOf(job), stateOf(oldJob)];
  const counts = ['active', 'succeeded', 'failed', 'ready', 'terminating'];
  return [
    ...counts.flatMap((name) => nonNegative(`status.${name}`, next.status[name])),
    ...uncounted(next.status.uncountedTerminatedPods),
    ...rules
      .filter(({ of }) =>
        of.some((one) => !deepEqual(changedPart(next, one), changedPart(old, one))),
      )
      .flatMap(({ check }) => check(next, old)),
    ...settled(next, old),
  ];
}
