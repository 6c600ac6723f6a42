import { buildApplication, buildRouteMap, text_en } from '@stricli/core';
import { connectCommand } from './commands/connect.ts';
import { createCommand } from './commands/create.ts';
import { deleteCommand } from './commands/delete.ts';
import { getCommand, listCommand } from './commands/get.ts';
import { kubeconfigCommand } from './commands/kubeconfig.ts';
import { logsCommand } from './commands/logs.ts';
import { sleepCommand, wakeCommand } from './commands/run-state.ts';
import { upCommand } from './commands/up.ts';
import { dormiceVersion, versionCommand } from './commands/version.ts';
import type { CliContext } from './context.ts';
import { describeError, exitCodeOf } from './errors.ts';

const root = buildRouteMap<string, CliContext>({
  routes: {
    up: upCommand,
    create: createCommand,
    list: listCommand,
    get: getCommand,
    connect: connectCommand,
    kubeconfig: kubeconfigCommand,
    sleep: sleepCommand,
    wake: wakeCommand,
    delete: deleteCommand,
    logs: logsCommand,
    version: versionCommand,
  },
  aliases: { ls: 'list', pause: 'sleep', resume: 'wake' },
  docs: { brief: 'Virtual Kubernetes clusters that sleep until called' },
});

/** The whole command line; a verb is a file in `commands/` and a line here. */
export const application = buildApplication<CliContext>(root, {
  name: 'dormice',
  versionInfo: { currentVersion: dormiceVersion() },
  scanner: { caseStyle: 'allow-kebab-for-camel', allowArgumentEscapeSequence: true },
  determineExitCode: exitCodeOf,
  localization: {
    text: {
      ...text_en,
      exceptionWhileRunningCommand: describeError,
      commandErrorResult: describeError,
    },
  },
});
