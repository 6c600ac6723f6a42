import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { apiVersionOf, type KubeObject, parseApiVersion } from '@dormice/apimachinery';
import { loadKubeconfig, readBody, transportFromKubeconfig } from '@dormice/client';
import { kindOf } from '@dormice/kinds';
import { oracleCases } from '../packages/kinds/src/oracle/cases.ts';
import { withoutServerFields } from '../packages/kinds/src/oracle/server-fields.ts';
import { root } from './facts.ts';

/**
 * Asks a real kube-apiserver what it makes of the oracle cases of packages/kinds (dry run: nothing is stored), and
 * writes its answers beside them. The namespace `kinds-oracle` must exist.
 *
 *     node scripts/record-oracle.ts KUBECONFIG
 */
const [file] = process.argv.slice(2);
if (file === undefined) {
  process.stderr.write('usage: node scripts/record-oracle.ts KUBECONFIG\n');
  process.exit(2);
}
const transport = await transportFromKubeconfig(await loadKubeconfig({ file }));
const answers: Record<string, unknown> = {};
for (const { name, object } of oracleCases) {
  const { group, version } = parseApiVersion(object.apiVersion);
  const kind = kindOf(group, version, object.kind);
  if (kind === undefined) throw new Error(`no kind ${object.apiVersion} ${object.kind}`);
  const namespace = kind.scope === 'Namespaced' ? 'namespaces/kinds-oracle/' : '';
  const response = await transport.request({
    method: 'POST',
    path: `/${group === '' ? 'api' : 'apis'}/${apiVersionOf(group, version)}/${namespace}${kind.resource}`,
    query: new URLSearchParams({ dryRun: 'All' }),
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: Buffer.from(JSON.stringify(object)),
  });
  const answer = JSON.parse(Buffer.from(await readBody(response.body)).toString('utf8'));
  answers[name] =
    response.status < 300
      ? withoutServerFields(answer as KubeObject)
      : { refused: response.status, message: answer.message, causes: answer.details?.causes };
}
await transport.close();
const output = path.join(root, 'packages/kinds/src/oracle/answers.generated.json');
writeFileSync(output, `${JSON.stringify(answers, null, 1)}\n`);
