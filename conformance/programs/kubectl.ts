import { prepareTools } from '../../e2e/lib/tools.ts';
import type { Program } from './check.ts';
import { buildGoProgram } from './go-builds.ts';
import { runSteps, type Step } from './steps.ts';

const deployment = (image: string, replicas: number) => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 0
      containers: [{name: main, image: "${image}", command: [sleep, "3600"], ports: [{containerPort: 80}]}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
`;

const applied = (value: string) =>
  `{apiVersion: v1, kind: ConfigMap, metadata: {name: applied}, data: {a: "${value}"}}`;

const definition = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: toys.NS.dormice.dev}
spec:
  group: NS.dormice.dev
  scope: Namespaced
  names: {plural: toys, singular: toy, kind: Toy, shortNames: [ty]}
  versions:
  - name: v1
    served: true
    storage: true
    additionalPrinterColumns: [{name: Size, type: integer, jsonPath: .spec.size}]
    schema:
      openAPIV3Schema:
        description: A toy to play with
        type: object
        properties:
          spec: {type: object, required: [size], properties: {size: {type: integer, minimum: 1, description: How large it is}}}
`;

/** A day with kubectl: what people type, and what a kube-apiserver's users read then. */
const steps: Step[] = [
  { line: 'version', says: /Server Version: v1\.35/ },
  {
    line: 'api-resources',
    says: [/^deployments +deploy +apps\/v1 +true +Deployment$/m, /^nodes/m],
  },
  { line: 'api-versions', says: /^apps\/v1$/m },
  { line: 'cluster-info', says: /control plane/ },
  {
    line: 'explain deployment.spec.strategy',
    says: [/GROUP: +apps/, /DESCRIPTION:\n +The deployment strategy/, /rollingUpdate/],
  },
  { line: 'explain pod --recursive', says: /terminationGracePeriodSeconds\t<integer>/ },
  { line: 'create namespace NS', says: /^namespace\/\S+ created$/m },
  { line: 'create namespace NS', status: 1, says: /\(AlreadyExists\).* already exists/ },
  { line: 'diff -n NS -f -', input: deployment('busybox:1.35', 1), status: 1, says: /^\+/m },
  { line: 'apply -n NS -f -', input: deployment('busybox:1.35', 1), says: /web created/ },
  { line: 'apply -n NS -f -', input: deployment('busybox:1.35', 1), says: /web unchanged/ },
  { line: 'diff -n NS -f -', input: deployment('busybox:1.35', 1) },
  { line: 'rollout status -n NS deployment/web', says: /successfully rolled out/ },
  { line: 'get -n NS all', says: [/deployment\.apps\/web +1\/1 +1 +1/, /service\/web +ClusterIP/] },
  { line: 'get -n NS pods -o wide', says: /NOMINATED NODE +READINESS GATES/ },
  { line: 'get -n NS deployment web -o jsonpath={.spec.replicas}', says: /^1$/ },
  { line: 'get -n NS pods -o custom-columns=NAME:.metadata.name', says: /^NAME\nweb-/ },
  { line: 'get -n NS pods --sort-by=.metadata.creationTimestamp --show-labels', says: /LABELS/ },
  { line: 'describe -n NS deployment web', says: [/Replicas: +1 desired/, /ScalingReplicaSet/] },
  { line: 'describe -n NS pods', says: /^Status: +Running$/m },
  { line: 'scale -n NS deployment/web --replicas=2', says: /scaled/ },
  { line: 'wait -n NS deployment/web --for=jsonpath={.status.readyReplicas}=2 --timeout=60s' },
  { line: 'set -n NS image deployment/web main=busybox:latest', says: /image updated/ },
  { line: 'set -n NS env deployment/web A=1', says: /env updated/ },
  { line: 'rollout history -n NS deployment/web', says: /REVISION/ },
  { line: 'rollout undo -n NS deployment/web --to-revision=1', says: /rolled back/ },
  { line: 'rollout status -n NS deployment/web', says: /successfully rolled out/ },
  { line: 'rollout restart -n NS deployment/web', says: /restarted/ },
  { line: 'autoscale -n NS deployment/web --min=1 --max=3', says: /autoscaled/ },
  { line: 'label -n NS deployment/web tier=front', says: /labeled/ },
  { line: 'annotate -n NS deployment/web note=here', says: /annotated/ },
  {
    line: 'patch -n NS deployment/web --type=json -p [{"op":"remove","path":"/metadata/labels/tier"}]',
    says: /patched/,
  },
  { line: 'create -n NS configmap plain --from-literal=a=b', says: /created/ },
  { line: 'create -n NS secret generic plain --from-literal=a=b', says: /created/ },
  { line: 'create -n NS quota few --hard=count/secrets=1', says: /created/ },
  { line: 'create -n NS job once --image=busybox:1.35 -- true', says: /created/ },
  {
    line: 'apply -n NS --server-side --field-manager=one -f -',
    input: applied('1'),
    says: /serverside-applied/,
  },
  {
    line: 'apply -n NS --server-side --field-manager=two -f -',
    input: applied('2'),
    status: 1,
    says: [/conflict with "one": \.data\.a/, /--force-conflicts/],
  },
  {
    line: 'apply -n NS --server-side --field-manager=two --force-conflicts -f -',
    input: applied('2'),
    says: /serverside-applied/,
  },
  { line: 'get -n NS configmap applied -o yaml --show-managed-fields', says: /manager: two/ },
  { line: 'edit -n NS configmap plain', says: /no changes made/ },
  {
    line: 'replace -n NS -f -',
    input: '{apiVersion: v1, kind: ConfigMap, metadata: {name: plain}, data: {c: d}}',
    says: /replaced/,
  },
  {
    line: 'create -n NS -f - --validate=strict',
    input: '{apiVersion: v1, kind: ConfigMap, metadata: {name: strict}, dat: {c: d}}',
    status: 1,
    says: /unknown field "dat"/,
  },
  { line: 'create -n NS --dry-run=server -o name configmap dry', says: /^configmap\/dry$/m },
  { line: 'get -n NS configmap dry', status: 1, says: /\(NotFound\): configmaps "dry" not found/ },
  { line: 'auth can-i create pods -n NS', says: /^yes$/m },
  { line: 'auth can-i list secrets -n NS --as=jane', status: 1, says: /^no/m },
  { line: 'auth whoami', says: /system:authenticated/ },
  { line: 'create -n NS serviceaccount robot', says: /created/ },
  { line: 'create -n NS token robot', says: /^ey/ },
  { line: 'create -n NS role reader --verb=get,list --resource=pods', says: /created/ },
  {
    line: 'create -n NS rolebinding reader --role=reader --serviceaccount=NS:robot',
    says: /created/,
  },
  { line: 'auth can-i list pods -n NS --as=system:serviceaccount:NS:robot', says: /^yes$/m },
  { line: 'events -n NS', says: /LAST SEEN/ },
  { line: 'get -n NS events --field-selector=involvedObject.name=web', says: /ScalingReplicaSet/ },
  { line: 'apply -f -', input: definition, says: /created/ },
  { line: 'wait crd/toys.NS.dormice.dev --for=condition=Established --timeout=30s' },
  {
    line: 'apply -n NS -f -',
    input: '{apiVersion: NS.dormice.dev/v1, kind: Toy, metadata: {name: a}, spec: {size: 3}}',
    says: /toy\.\S+\/a created/,
  },
  {
    line: 'apply -n NS -f -',
    input: '{apiVersion: NS.dormice.dev/v1, kind: Toy, metadata: {name: b}, spec: {size: 0}}',
    status: 1,
    says: /spec\.size: Invalid value: 0: spec\.size in body should be greater than or equal to 1/,
  },
  { line: 'get -n NS toys', says: /^NAME +SIZE\na +3$/m },
  { line: 'explain toys.spec.size', says: /How large it is/ },
  { line: 'delete crd toys.NS.dormice.dev', says: /deleted/ },
  { line: 'drain nobody --ignore-daemonsets', status: 1, says: /nodes "nobody" not found/ },
  { line: 'get --raw /readyz', says: /^ok$/ },
  { line: 'get nothing', status: 1, says: /the server doesn't have a resource type "nothing"/ },
  { line: 'delete -n NS deployment/web --cascade=foreground --timeout=60s', says: /deleted/ },
  { line: 'delete namespace NS --timeout=60s', says: /deleted/ },
  { line: 'get namespace NS', status: 1, says: /\(NotFound\)/ },
];

const versions = {
  'kubectl 1.34': () => buildGoProgram('kubectl-1.34'),
  'kubectl 1.35': async () => (await prepareTools()).kubectl,
  'kubectl 1.36': () => buildGoProgram('kubectl-1.36'),
};

export const kubectls: Program[] = Object.entries(versions).map(([name, find]) => ({
  name,
  run: async ({ kubeconfig }) =>
    runSteps(await find(), ['--kubeconfig', kubeconfig], steps, {
      env: { ...process.env, EDITOR: 'true', KUBECTL_EXTERNAL_DIFF: 'diff -u -N' },
    }),
}));
