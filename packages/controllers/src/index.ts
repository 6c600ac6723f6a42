/**
 * The built-in controllers and the engine that runs them for all virtual clusters from one fair queue.
 *
 * @packageDocumentation
 */
export { builtinControllers } from './builtin-controllers.ts';
export * from './controller.ts';
export {
  type ControllerEngine,
  type ControllerEngineOptions,
  createControllerEngine,
} from './engine.ts';
export {
  type SimulatedNodeOptions,
  simulatedNodeControllers,
} from './simulated-nodes/simulated-node-controllers.ts';
