// Writes packages/apiserver/dist/descriptions.json: the descriptions of all built-in types and fields, read from the
// declarations of the dependency `kubernetes-models`. `npm start` and `npm test` run it when the file is missing.
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Descriptions, descriptionsIn } from './lib/descriptions-of-declarations.ts';

const root = path.dirname(import.meta.dirname);

/** Where each package's declarations lie, and how a file's path becomes a definition's name. */
const sources = [
  {
    folder: 'node_modules/kubernetes-models',
    files: '{v1,*/v*}/*.d.ts',
    definition: (file: string) => builtinDefinition(file.split('/')),
  },
  {
    folder: 'node_modules/@kubernetes-models/apimachinery',
    files: '{api,apis,runtime,util,version}/**/*.d.ts',
    definition: (file: string) =>
      `io.k8s.apimachinery.pkg.${file.replace(/\.d\.ts$/, '').replaceAll('/', '.')}`,
  },
];

/** Groups whose Go packages lie elsewhere than the others'. */
const packages: Record<string, string> = {
  'apiextensions.k8s.io': 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions',
  'apiregistration.k8s.io': 'io.k8s.kube-aggregator.pkg.apis.apiregistration',
  'rbac.authorization.k8s.io': 'io.k8s.api.rbac',
  'flowcontrol.apiserver.k8s.io': 'io.k8s.api.flowcontrol',
};

function builtinDefinition(parts: string[]): string {
  const [group, version, file] = parts.length === 2 ? ['core', ...parts] : parts;
  const name = (file ?? '').replace(/\.d\.ts$/, '');
  const prefix = packages[group ?? ''] ?? `io.k8s.api.${(group ?? '').split('.')[0]}`;
  return `${prefix}.${version}.${name}`;
}

const all: Descriptions = {};
for (const { folder, files, definition } of sources) {
  for (const file of globSync(files, { cwd: path.join(root, folder) })) {
    if (file.endsWith('index.d.ts')) continue;
    const found = descriptionsIn(readFileSync(path.join(root, folder, file), 'utf8'));
    if (Object.keys(found).length > 0) all[definition(file)] = found;
  }
}
const out = path.join(root, 'packages', 'apiserver', 'dist', 'descriptions.json');
mkdirSync(path.dirname(out), { recursive: true });
writeFileSync(out, JSON.stringify(all));
process.stderr.write(`descriptions of ${Object.keys(all).length} types\n`);
