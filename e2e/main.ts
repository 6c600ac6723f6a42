/** `npm run e2e -- --host-kubeconfig FILE`: the end-to-end suite against a real Kubernetes host. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { prepareTools } from './lib/tools.ts';

const { values } = parseArgs({
  options: {
    'host-kubeconfig': { type: 'string' },
    image: { type: 'string', default: 'registry.k8s.io/e2e-test-images/agnhost:2.59' },
    'busybox-image': { type: 'string', default: 'busybox:1.35' },
    test: { type: 'string', short: 't' },
  },
});

const file = values['host-kubeconfig'];
if (file === undefined) {
  process.stderr.write(
    'e2e: NOT RUN: no host. Name a Kubernetes cluster with npm run e2e -- --host-kubeconfig FILE\n',
  );
  process.stdout.write('0 passed, 0 failed\n');
  process.exit(0);
}
const kubeconfig = path.resolve(file);
if (!existsSync(kubeconfig)) {
  process.stderr.write(`e2e: ${kubeconfig} does not exist\n`);
  process.exit(2);
}
const tools = await prepareTools();
const root = path.dirname(import.meta.dirname);
const vitest = path.join(root, 'node_modules', '.bin', 'vitest');
const result = spawnSync(
  vitest,
  ['run', '--config', 'e2e/vitest.config.ts', ...(values.test ? ['-t', values.test] : [])],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      E2E_HOST_KUBECONFIG: kubeconfig,
      E2E_IMAGE: values.image,
      E2E_BUSYBOX_IMAGE: values['busybox-image'],
      E2E_KUBECTL: tools.kubectl,
      E2E_HELM: tools.helm,
    },
  },
);
process.exit(result.status ?? 1);
