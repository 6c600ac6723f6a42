import path from 'node:path';
import { run } from '../../e2e/lib/run.ts';
import { prepareTools } from '../../e2e/lib/tools.ts';
import type { Program } from './check.ts';
import { buildGoProgram } from './go-builds.ts';
import { runSteps, type Step } from './steps.ts';

const chart = path.join(path.dirname(path.dirname(import.meta.dirname)), 'e2e', 'charts', 'hello');

/** The life of a release. */
const steps: Step[] = [
  { line: `install hello ${chart} -n NS --create-namespace --wait`, says: /STATUS: deployed/ },
  { line: 'list -n NS', says: /hello\s+go-\S+\s+1\s/ },
  { line: 'get manifest hello -n NS', says: /kind: Deployment/ },
  { line: `upgrade hello ${chart} -n NS --set replicas=2 --wait`, says: /REVISION: 2/ },
  { line: 'history hello -n NS', says: [/superseded/, /Upgrade complete/] },
  { line: `upgrade hello ${chart} -n NS --set replicas=2 --dry-run=server`, says: /replicas: 2/ },
  { line: 'rollback hello 1 -n NS --wait', says: /Rollback was a success/ },
  { line: 'status hello -n NS', says: /REVISION: 3/ },
  {
    line: `install hello ${chart} -n NS`,
    status: 1,
    says: /name that is still in use|reuse a name/,
  },
  { line: 'uninstall hello -n NS --wait', says: /uninstalled/ },
  { line: 'list -n NS', says: /^NAME/ },
];

export const helms: Program[] = (['helm-3', 'helm-4'] as const).map((name) => ({
  name: name.replace('helm-', 'Helm '),
  run: async ({ kubeconfig }) => {
    const { kubectl } = await prepareTools();
    const global = ['--kubeconfig', kubeconfig];
    return runSteps(buildGoProgram(name), global, steps, {
      cleanUp: (namespace) => run(kubectl, [...global, 'delete', 'namespace', namespace]),
    });
  },
}));
