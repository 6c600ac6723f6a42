import { expect, it } from 'vitest';
import { defaultPullPolicy } from './image-name.ts';

it.each([
  ['nginx', 'Always'],
  ['nginx:latest', 'Always'],
  ['host:5000/nginx', 'Always'],
  ['host:5000/a/nginx:1.0', 'IfNotPresent'],
  ['nginx@sha256:abc', 'IfNotPresent'],
  [`nginx:latest@sha256:${'a'.repeat(64)}`, 'Always'],
  [`registry.example:5000/a/b@sha256:${'a'.repeat(64)}`, 'IfNotPresent'],
  ['registry.example:5000/a/b', 'Always'],
  ['nginx:latest@sha256:abc', 'IfNotPresent'],
  ['Not An Image', 'IfNotPresent'],
  ['a'.repeat(255), 'IfNotPresent'],
])('the pull policy of %s is %s', (image, policy) => {
  expect(defaultPullPolicy(image)).toBe(policy);
});
