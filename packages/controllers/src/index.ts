/**
 * The built-in controllers and the engine that runs them for all virtual clusters from one fair queue.
 *
 * @packageDocumentation
 */
export * from './controller.ts';
