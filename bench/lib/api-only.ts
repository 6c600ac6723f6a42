/** `api-only-server.ts` with compiled code kept between starts, as the command line does. */
import module from 'node:module';

module.enableCompileCache();
await import('./api-only-server.ts');
