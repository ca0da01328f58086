import type { AppleOrigins } from '@cordon/apple/apple-id/context'
import type { Clock } from '@cordon/core/instant'
import type { CommandRunner } from '@cordon/signing/keychain/runner'

export type InputType = 'text' | 'path' | 'integer' | 'boolean' | 'choice' | 'list'

/** One named value that a step takes. Names and defaults are those that CI users know. */
export interface InputDeclaration {
  /** `snake_case`; also the name of the environment variable that sets it. */
  readonly name: string
  readonly title: string
  readonly summary: string
  readonly type: InputType
  readonly required?: true
  /** May name environment variables: `$BITRISE_SCHEME`. */
  readonly defaultValue: string
  readonly choices?: readonly string[]
  /** Other names for the same input, as other steps have it; the first of all names that has a value counts. */
  readonly aliases?: readonly string[]
  /** Other spellings of choices. */
  readonly choiceAliases?: Readonly<Record<string, string>>
  /** Values that other steps know and this one does not take, and what to say then. */
  readonly refusals?: Readonly<Record<string, string>>
  /** Never an argument of a command line and never shown; from the environment only. */
  readonly sensitive?: true
  /** A path is no secret, but an address may be signed, and then opens the file: no program that the step starts gets one. */
  readonly sensitiveAddress?: true
}

export interface OutputDeclaration {
  /** Name of the environment variable that later steps see. */
  readonly name: string
  readonly summary: string
  /** Opens something: masked in the logs of CI, and never an argument of a command line. */
  readonly sensitive?: true
}

/** Inputs as the CI system gives them: texts by name, defaults filled in. */
export type RawInputs = Readonly<Record<string, string>>

/** What a step may use of the world. Injected, so that it runs the same in CI, on a desk and in a test. */
export interface StepContext {
  readonly variables: Readonly<Record<string, string | undefined>>
  readonly fetch: typeof fetch
  readonly clock: Clock
  readonly sleep: (durationMs: number, signal?: AbortSignal) => Promise<void>
  /** One line of progress, for people. Never holds a secret. */
  readonly log: (line: string) => void
  /** Something a person should see. */
  readonly warn: (line: string) => void
  /** What a program that a step runs has printed, as it is. Never holds a secret. Without it, nobody sees that. */
  readonly write?: (text: string) => void
  /** A line on a terminal that the next one takes the place of; undefined takes it away. Absent where there is no terminal. */
  readonly status?: (line: string | undefined) => void
  /** What asks a build server, in its `User-Agent`: for its log. Set by whoever runs a step or a command. */
  readonly userAgent?: string
  readonly homeFolder: string
  readonly workingFolder: string
  readonly temporaryFolder: string
  readonly platform: NodeJS.Platform
  readonly run: CommandRunner
  /** Where Apple is, when it is not Apple itself. */
  readonly appleBaseUrls?: { readonly appStoreConnect: string; readonly enterprise: string } | undefined
  /** The same for the services that take an Apple ID's session. */
  readonly appleIdOrigins?: AppleOrigins | undefined
}

/** A published state of a step. */
export interface StepVersion {
  readonly version: string
  readonly changes: string
}

/** What may be known of a step without running it: everything that describes it to people and to CI systems is made of this. */
export interface StepDeclaration {
  readonly id: string
  readonly title: string
  readonly summary: string
  /** Newest first. */
  readonly versions: readonly [StepVersion, ...StepVersion[]]
  /** Set for a step that nobody should begin with. */
  readonly deprecated?: { readonly successor: string; readonly reason: string }
  /** Names that the step, or the one it stands for, has had elsewhere. */
  readonly otherNames?: readonly string[]
  readonly inputs: readonly InputDeclaration[]
  readonly outputs: readonly OutputDeclaration[]
}

/** One unit of work inside a build. */
export interface Step<Inputs, Result> extends StepDeclaration {
  /** Refuses a machine that can never do the work, before any input is asked for. Without it, every machine will do. */
  readonly requireMachine?: (context: Pick<StepContext, 'platform'>) => void
  /** Parses and refuses early, before anything is done. Throws `step.input_invalid` or `step.input_missing`. */
  readonly readInputs: (raw: RawInputs, context: StepContext) => Inputs
  readonly run: (inputs: Inputs, context: StepContext) => Promise<Result>
  /** Values of the declared outputs; those without a value are left out. */
  readonly outputsOf: (result: Result) => Readonly<Record<string, string>>
}
