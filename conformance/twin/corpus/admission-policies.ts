import type { Step } from '../script.ts';
import { inNamespace, post, quiet, remove, theme } from './steps.ts';

const group = '/apis/admissionregistration.k8s.io/v1';
const policies = `${group}/validatingadmissionpolicies`;
const bindings = `${group}/validatingadmissionpolicybindings`;
const configMaps = inNamespace('configmaps');

const bound = (name: string, spec: object, actions = ['Deny']): Step[] => [
  post(
    policies,
    {
      metadata: { name },
      spec: {
        matchConstraints: {
          objectSelector: { matchLabels: { policy: name } },
          resourceRules: [
            {
              apiGroups: [''],
              apiVersions: ['v1'],
              operations: ['CREATE'],
              resources: ['configmaps'],
            },
          ],
        },
        ...spec,
      },
    },
    quiet,
  ),
  post(
    bindings,
    { metadata: { name }, spec: { policyName: name, validationActions: actions } },
    quiet,
  ),
];

const asked = (name: string, more: Partial<Step> = {}): Step =>
  post(
    `${configMaps}?dryRun=All`,
    { metadata: { name: 'c', labels: { policy: name } }, data: { a: '1' } },
    more,
  );

/** Asked until the policy is known to a server that learns of it a moment later. */
const refused = (name: string): Step[] => [
  asked(name, { quiet: true, until: 'status=Failure' }),
  asked(name),
];

const gone = (name: string): Step[] => [
  remove(`${bindings}/${name}`, quiet),
  remove(`${policies}/${name}`, quiet),
];

/** An expression of this many loops over ten elements within each other, and true. */
const loops = (depth: number): string => {
  const ten = '[1,2,3,4,5,6,7,8,9,10]';
  const inner = Array.from({ length: depth }, (_, at) => `v${at}`).reduceRight(
    (body, name) => `${ten}.map(${name}, ${body})`,
    '1',
  );
  return `${inner}.size() == 10`;
};
const times = (count: number, expression: string) =>
  Array.from({ length: count }, () => ({ expression }));

/** What expressions of policies may cost. */
export const admissionOfPolicies = theme('admission', {
  'an expression that costs too much': [
    ...bound('pol-one', { validations: [{ expression: loops(6) }] }),
    ...refused('pol-one'),
    ...gone('pol-one'),
  ],
  'expressions that cost too much together': [
    ...bound('pol-all', { validations: times(40, loops(5)) }),
    ...refused('pol-all'),
    ...gone('pol-all'),
  ],
  'a message that costs too much': [
    ...bound('pol-words', {
      validations: [{ expression: 'false', messageExpression: `string(${loops(6)})` }],
    }),
    ...refused('pol-words'),
    ...gone('pol-words'),
  ],
  'a variable that costs too much': [
    ...bound('pol-var', {
      variables: [{ name: 'v', expression: loops(6) }],
      validations: [{ expression: 'variables.v' }, { expression: "object.data.a == '2'" }],
    }),
    ...refused('pol-var'),
    ...gone('pol-var'),
  ],
});
