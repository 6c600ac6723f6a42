import type { SpecDraft } from '@dormice/operator';

/** What a person may start from. */
export interface Template {
  id: string;
  title: string;
  /** What it is for, and what happens to API state and volumes. */
  description: string;
  spec: SpecDraft;
}

export const templates: readonly Template[] = [
  {
    id: 'workspace',
    title: 'Workspace',
    description:
      'Kept for life. Sleeps after 30 minutes without use: its pods stop, API state and volumes stay.',
    spec: { mode: 'Static', runPolicy: 'OnDemand', sleep: { afterIdle: '30m' } },
  },
  {
    id: 'session',
    title: 'Session with a home volume',
    description:
      'A fresh cluster at every start: API state is discarded when it stops. The shared volume "home" is kept and mounted again.',
    spec: {
      mode: 'Dynamic',
      runPolicy: 'OnDemand',
      sleep: { afterIdle: '30m' },
      controlPlane: { persistence: { type: 'Ephemeral' } },
      storage: { volumes: [{ name: 'home', size: '10Gi', accessModes: ['ReadWriteMany'] }] },
    },
  },
  {
    id: 'ci',
    title: 'CI job',
    description:
      'A throw-away cluster: sleeps after 5 minutes without use, and API state is discarded then. No volume is kept.',
    spec: {
      mode: 'Dynamic',
      runPolicy: 'OnDemand',
      sleep: { afterIdle: '5m' },
      controlPlane: { persistence: { type: 'Ephemeral' } },
    },
  },
  {
    id: 'always-on',
    title: 'Always on',
    description: 'Kept for life and never put to sleep for being idle; a person may still stop it.',
    spec: { mode: 'Static', runPolicy: 'Always' },
  },
];
