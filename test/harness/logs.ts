import { Writable } from 'node:stream';

interface Transport {
  format?: unknown;
}
interface LoggerSettings {
  transports?: Transport | Transport[];
}
export interface Winston {
  createLogger(settings: LoggerSettings): unknown;
  transports: Record<'Console' | 'Stream', new (settings: object) => Transport>;
}

/** Everything an app wrote to its logs, and what code printed to the console, as text. */
export interface CapturedLogs {
  text(): string;
  clear(): void;
}

/**
 * Redirects all loggers of the host into memory, at debug level and before any of them is made.
 * `EMAIL_MANAGER_TEST_LOGS=1` prints them as well.
 */
export function captureLogs(winston: Winston): CapturedLogs {
  const lines: string[] = [];
  const echo = process.env.EMAIL_MANAGER_TEST_LOGS === '1';
  const createLogger = winston.createLogger.bind(winston);
  winston.createLogger = (settings) => {
    const transports = [settings.transports ?? []].flat().map((transport) => {
      if (!(transport instanceof winston.transports.Console)) return transport;
      const stream = new Writable({
        write(chunk: Buffer, _encoding, done) {
          lines.push(chunk.toString());
          if (echo) process.stderr.write(chunk);
          done();
        },
      });
      return new winston.transports.Stream({ stream, format: transport.format });
    });
    return createLogger({ ...settings, transports });
  };
  for (const method of ['debug', 'info', 'log', 'warn', 'error'] as const) {
    const print = console[method].bind(console);
    console[method] = (...values: unknown[]) => {
      lines.push(`${values.map(describe).join(' ')}\n`);
      print(...values);
    };
  }
  return {
    text: () => lines.join(''),
    clear: () => {
      lines.length = 0;
    },
  };
}

function describe(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Error) return value.stack ?? value.message;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}
