#!/usr/bin/env node
// Compiled code is kept between starts (in the system's folder for temporary files, or in NODE_COMPILE_CACHE): the
// second start takes a third of the time. Everything else is imported after that is set.
import module from 'node:module';

module.enableCompileCache();
// A server runs for long and may be killed: what it compiled is written while it lives.
setTimeout(() => module.flushCompileCache(), 5_000).unref();
await import('./run-cli.ts');
