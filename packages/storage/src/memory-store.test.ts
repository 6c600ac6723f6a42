import { MemoryStore } from './memory-store.ts';
import { describeStore } from './store.conformance.ts';

describeStore('MemoryStore', async () => ({ store: new MemoryStore(), remove: async () => {} }));
