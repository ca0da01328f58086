import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stepErrors } from '../errors.ts'

/** Where Bundler writes the versions that it has chosen. */
const LOCK_FILES = ['Gemfile.lock', 'gems.locked']

/** Versions that a lock file names. */
export interface LockedGems {
  readonly file: string
  readonly fastlane: string
  /** Undefined: an old lock file that does not say. */
  readonly bundler: string | undefined
}

/** Reads the lock file of a folder; undefined when there is none, or fastlane is not in it. */
export async function readLockedGems(folder: string): Promise<LockedGems | undefined> {
  for (const file of LOCK_FILES) {
    const text = await readFile(join(folder, file), 'utf8').catch(() => undefined)
    if (text === undefined) continue
    const fastlane = /^ {4}fastlane \(([^)]+)\)$/m.exec(text)?.[1]
    const bundler = /^BUNDLED WITH\r?\n\s+(\S+)/m.exec(text)?.[1]
    return fastlane === undefined ? undefined : { file, fastlane, bundler }
  }
  return undefined
}

type CommandLine = readonly [string, ...string[]]

/** Something that must be there before fastlane is run, and how it is put there. */
interface Preparation {
  readonly command: CommandLine
  /** When this works, the command is not needed. */
  readonly unless?: CommandLine
}

/** What is run before, and what fastlane's own arguments follow. */
export interface FastlaneCommand {
  readonly preparations: readonly Preparation[]
  readonly fastlane: CommandLine
}

/** How fastlane is called: by Bundler in the locked version, else the system's, updated first when that is wanted. */
export function fastlaneCommand(locked: LockedGems | undefined, updates: boolean): FastlaneCommand {
  if (locked === undefined) {
    const update: Preparation = { command: ['gem', 'install', 'fastlane', '--no-document'] }
    return { preparations: updates ? [update] : [], fastlane: ['fastlane'] }
  }
  const { bundler } = locked
  // RubyGems' own way to call one version of several that are installed.
  const bundle: CommandLine = bundler === undefined ? ['bundle'] : ['bundle', `_${bundler}_`]
  const version = bundler === undefined ? [] : ['-v', bundler]
  return {
    preparations: [
      {
        command: ['gem', 'install', 'bundler', ...version, '--force', '--no-document'],
        unless: [...bundle, '--version'],
      },
      { command: [...bundle, 'install', '--jobs', '20', '--retry', '5'] },
    ],
    fastlane: [...bundle, 'exec', 'fastlane'],
  }
}

/** Ways to run a program. */
export interface Runners {
  /** Shows what it prints, answers the exit code. */
  readonly run: (program: string, args: readonly string[]) => Promise<number>
  /** Shows nothing. */
  readonly works: (program: string, args: readonly string[]) => Promise<boolean>
}

/** Runs what must be run before. Throws `step.gems_not_installed`. */
export async function prepare({ preparations }: FastlaneCommand, { run, works }: Runners): Promise<void> {
  for (const { command, unless } of preparations) {
    if (unless !== undefined && (await works(unless[0], unless.slice(1)))) continue
    const exitCode = await run(command[0], command.slice(1))
    if (exitCode === 0) continue
    const line = command.join(' ')
    throw stepErrors.gems_not_installed({ command: line, exitCode }, { detail: `"${line}" ended with ${exitCode}` })
  }
}
