import { type ApiServer, createApiServer, createClusterPki } from '@dormice/apiserver';
import { type Cluster, systemUser } from '@dormice/client';
import { MemoryStore } from '@dormice/storage';

/** A new cluster served by the real API server, in memory, for integration tests. */
export async function realCluster(): Promise<Cluster & { close(): Promise<void>; api: ApiServer }> {
  const store = new MemoryStore();
  const pki = await createClusterPki({ name: 'test', uid: 'test', sans: ['test.local'] });
  const api = createApiServer({ store, pki });
  await api.bootstrap();
  return {
    uid: 'test',
    client: api.client(systemUser('controllers')),
    changes: api.changes,
    api,
    close: async () => {
      await api.close();
      await store.close();
    },
  };
}
