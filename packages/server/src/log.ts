import { createWriteStream } from 'node:fs';
import { pino } from 'pino';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type Log = (level: LogLevel, message: string, fields?: object) => void;

/** JSON lines: everything from `info` to the file, from `level` to stderr. */
export function createLog(file: string, level: LogLevel): { log: Log; close: () => void } {
  const stream = createWriteStream(file, { flags: 'a', mode: 0o600 });
  const logger = pino(
    {
      level: level === 'debug' ? 'debug' : 'info',
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    pino.multistream([
      { level: level === 'debug' ? 'debug' : 'info', stream },
      { level, stream: process.stderr },
    ]),
  );
  return {
    log: (at, message, fields) => logger[at](fields ?? {}, message),
    close: () => stream.end(),
  };
}
