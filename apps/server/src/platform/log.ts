import pino from 'pino'

/** What the server writes to its log: one JSON line each, never a secret, body or query string. */
export interface Log {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** A log on standard output that does not block the request. */
export function createLog(level: string, destination: pino.DestinationStream = pino.destination({ sync: false })): Log {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination)
}
