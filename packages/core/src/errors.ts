/**
 * Whose fault an error is; decides the log level and what the caller may see.
 * `caller`: bad input or no right. `upstream`: Apple or another service. `internal`: ours.
 */
export type ErrorKind = 'caller' | 'upstream' | 'internal'

declare const detailsShape: unique symbol
/** Carries the type of an error's details; there is nothing in it at run time. */
export interface DetailsOf<D> {
  readonly [detailsShape]?: D
}

/** Declares what an error of this code carries. Details must be safe to show. */
export function details<D extends Record<string, unknown>>(): DetailsOf<D> {
  return {}
}

/** One row of the error catalogue. The code is the contract; the texts may change. */
export interface ErrorSpec<D extends Record<string, unknown> = Record<string, unknown>> {
  /** HTTP status that this error answers with. */
  readonly status: number
  readonly kind?: ErrorKind
  /** What happened, in product words, for the person who sees it. No full stop. */
  readonly title: string
  /** Whose move it is and what to do; starts with a verb. */
  readonly remedy: string
  readonly details?: DetailsOf<D>
}

export interface ErrorOptions {
  /** What happened this time; shown to the caller. Never holds a secret, an upstream body, SQL or a stack. */
  readonly detail?: string
  /** For the log only. */
  readonly cause?: unknown
}

/** The one error class that crosses package borders. Everything but `cause` and `message` may be shown to the caller. */
export class CordonError extends Error {
  readonly code: string
  readonly status: number
  readonly kind: ErrorKind
  readonly title: string
  readonly remedy: string
  readonly detail: string | undefined
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: string, spec: ErrorSpec, values: Record<string, unknown>, options: ErrorOptions = {}) {
    super(options.detail ?? spec.title, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'CordonError'
    this.code = code
    this.status = spec.status
    this.kind = spec.kind ?? 'caller'
    this.title = spec.title
    this.remedy = spec.remedy
    this.detail = options.detail
    this.details = values
  }
}

type DetailsIn<S> = S extends { readonly details: DetailsOf<infer D> } ? D : Record<string, never>
type Factory<S> = S extends { readonly details: DetailsOf<infer D> }
  ? (values: D, options?: ErrorOptions) => CordonError
  : (values?: Record<string, never>, options?: ErrorOptions) => CordonError

/** A namespace of the catalogue: one factory per code, and the rows themselves for docs and tests. */
export type ErrorCatalogue<N extends string, T> = {
  readonly [K in keyof T]: Factory<T[K]> & {
    readonly code: string
    readonly is: (error: unknown) => error is CordonError
  }
} & { readonly $namespace: N; readonly $specs: T }

export type { DetailsIn }

/**
 * Declares the errors of one feature. `defineErrors('connection', { not_found: {…} })` gives
 * `errors.not_found()` with code `connection.not_found`.
 */
export function defineErrors<N extends string, const T extends Record<string, ErrorSpec<never> | ErrorSpec>>(
  namespace: N,
  specs: T,
): ErrorCatalogue<N, T> {
  const catalogue: Record<string, unknown> = { $namespace: namespace, $specs: specs }
  for (const [name, spec] of Object.entries(specs)) {
    const code = `${namespace}.${name}`
    const make = (values: Record<string, unknown> = {}, options?: ErrorOptions) =>
      new CordonError(code, spec as ErrorSpec, values, options)
    catalogue[name] = Object.assign(make, { code, is: (error: unknown) => isCordonError(error) && error.code === code })
  }
  return catalogue as ErrorCatalogue<N, T>
}

/** Says whether something thrown is one of the catalogue's errors. */
export function isCordonError(error: unknown): error is CordonError {
  return error instanceof CordonError
}
