const hidden = Symbol('secret')
const REDACTED = '[redacted]'

/**
 * A value that must never be shown: prints, serialises and inspects as `[redacted]`.
 * `reveal()` is the one way out, so every use is found by searching for it.
 */
export class Secret<T> {
  // A private field is invisible to inspect, JSON, spread and structured clone alike.
  readonly #value: T
  /** Makes the type nominal: no plain object can be passed for a secret. */
  readonly [hidden] = true

  constructor(value: T) {
    this.#value = value
  }

  /** The plain value. Call it as late and as locally as possible. */
  reveal(): T {
    return this.#value
  }

  /** A new secret made from this one without showing either. */
  map<U>(change: (value: T) => U): Secret<U> {
    return new Secret(change(this.#value))
  }

  toString(): string {
    return REDACTED
  }

  toJSON(): string {
    return REDACTED
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return REDACTED
  }
}

/** Wraps a value so that it cannot be printed by accident. */
export function secret<T>(value: T): Secret<T> {
  return new Secret(value)
}
