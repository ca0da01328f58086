/** How a command ended. */
export interface CommandResult {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

export interface CommandOptions {
  /** Written to the command's standard input, which is then closed. May hold secrets: never log it. */
  readonly stdin?: string
  readonly env?: Readonly<Record<string, string>>
  /** Hears what the command prints, on either of its outputs, as it comes and in pieces. */
  readonly onOutput?: (piece: string) => void
}

/**
 * Runs a program and waits for its end. Must not go through a shell, must not log `stdin`, and must answer with the
 * exit code rather than throw when the program fails.
 */
export type CommandRunner = (
  command: string,
  args: readonly string[],
  options?: CommandOptions,
) => Promise<CommandResult>
