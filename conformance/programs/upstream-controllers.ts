import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { createClient, loadKubeconfig, transportFromKubeconfig } from '@dormice/client';
import { stop } from '../../e2e/lib/run.ts';
import { type ControlPlane, ourControlPlane, upstreamControlPlane } from './control-plane.ts';
import { errorLinesOf } from './error-lines.ts';
import { liveUnder } from './workload.ts';

/**
 * Runs kube-controller-manager and kube-scheduler with a changing workload, first against kube-apiserver, then against
 * ours. @throws Error with the error lines that only ours makes them write, or what of the workload did not come about
 */
export async function judgeControllers(bin: string, minutes: number): Promise<void> {
  const upstream = await observe(bin, await upstreamControlPlane(bin), minutes);
  const ours = await observe(bin, await ourControlPlane(), minutes);
  const known = new Set(upstream.lines);
  const own = ours.lines.filter((line) => !known.has(line));
  const undone = ours.undone.filter((what) => !upstream.undone.includes(what));
  const text = [...undone.map((what) => `not done: ${what}`), ...own];
  process.stderr.write(
    `error lines: ${known.size} kinds with upstream, ${ours.lines.length} with ours; rounds: ${upstream.rounds} and ${ours.rounds}\n`,
  );
  if (text.length > 0) throw new Error(`only with ours:\n${text.join('\n')}`);
  if (ours.rounds === 0) throw new Error('the workload did not go round once');
}

async function observe(bin: string, plane: ControlPlane, minutes: number) {
  process.stderr.write(`controllers against ${plane.name}, ${minutes} minutes …\n`);
  const output: string[] = [];
  const start = (name: string, args: string[]): ChildProcess => {
    const child = spawn(path.join(bin, name), args, { stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr?.on('data', (piece: Buffer) => output.push(piece.toString()));
    return child;
  };
  const children = [
    start('kube-controller-manager', [
      `--kubeconfig=${plane.controllerManager}`,
      `--service-account-private-key-file=${plane.serviceAccountKey}`,
      `--root-ca-file=${plane.caCertificate}`,
      `--cluster-signing-cert-file=${plane.caCertificate}`,
      `--cluster-signing-key-file=${plane.caKey}`,
      '--use-service-account-credentials',
      '--controllers=*,bootstrap-signer-controller,token-cleaner-controller',
      '--secure-port=0',
    ]),
    start('kube-scheduler', [`--kubeconfig=${plane.scheduler}`, '--secure-port=0']),
  ];
  const transport = await transportFromKubeconfig(await loadKubeconfig({ file: plane.admin }));
  try {
    const { rounds, undone } = await liveUnder(createClient(transport), minutes * 60_000);
    for (const child of children) {
      if (child.exitCode !== null) output.push(`E0000 ended with ${child.exitCode}\n`);
    }
    return { rounds, undone, lines: errorLinesOf(output.join('')) };
  } finally {
    await Promise.all(children.map((child) => stop(child)));
    await transport.close?.();
    await plane.close();
  }
}
