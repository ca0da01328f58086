import type { Command } from 'commander'
import type { Context } from './context.ts'
import { OVERVIEW, type TopLevel, type TopLevelName } from './overview.ts'

export interface Needs {
  readonly getContext: (command: Command) => Context
  /** For commands that end as a program of the user does. */
  readonly setExitCode: (code: number) => void
}

type Add = (program: Command, getContext: Needs['getContext'], setExitCode: Needs['setExitCode']) => void

/** The files that add commands, each with the names of those that it adds. */
const FILES: readonly { readonly adds: readonly TopLevelName[]; readonly load: () => Promise<Add> }[] = [
  { adds: ['set-up', 'join'], load: async () => (await import('./commands/come-in.ts')).addComeInCommands },
  { adds: ['login', 'logout', 'whoami'], load: async () => (await import('./commands/login.ts')).addLoginCommands },
  { adds: ['account'], load: async () => (await import('./commands/account.ts')).addAccountCommands },
  { adds: ['notices'], load: async () => (await import('./commands/notices.ts')).addNoticesCommand },
  { adds: ['people'], load: async () => (await import('./commands/people.ts')).addPeopleCommands },
  { adds: ['connection'], load: async () => (await import('./commands/connection.ts')).addConnectionCommands },
  { adds: ['app'], load: async () => (await import('./commands/app.ts')).addAppCommands },
  { adds: ['device'], load: async () => (await import('./commands/device.ts')).addDeviceCommands },
  { adds: ['build'], load: async () => (await import('./commands/build.ts')).addBuildCommands },
  { adds: ['build-number'], load: async () => (await import('./commands/build-number.ts')).addBuildNumberCommands },
  { adds: ['session'], load: async () => (await import('./commands/session.ts')).addSessionCommands },
  { adds: ['run'], load: async () => (await import('./commands/run.ts')).addRunCommand },
  { adds: ['audit'], load: async () => (await import('./commands/audit.ts')).addAuditCommands },
  {
    adds: ['auto-provision', 'auto-provision-apple-id'],
    load: async () => (await import('./commands/auto-provision.ts')).addAutoProvisionCommands,
  },
  { adds: ['deploy'], load: async () => (await import('./commands/deploy.ts')).addDeployCommand },
  { adds: ['fastlane'], load: async () => (await import('./commands/fastlane.ts')).addFastlaneCommand },
  { adds: ['resign'], load: async () => (await import('./commands/resign.ts')).addResignCommand },
  { adds: ['steps'], load: async () => (await import('./commands/steps.ts')).addStepsCommands },
  { adds: ['xcode'], load: async () => (await import('./commands/xcode.ts')).addXcodeCommands },
  { adds: ['simulator'], load: async () => (await import('./commands/simulator.ts')).addSimulatorCommand },
  { adds: ['provision'], load: async () => (await import('./commands/provision.ts')).addProvisionCommands },
  { adds: ['metadata'], load: async () => (await import('./commands/metadata.ts')).addMetadataCommands },
]

/**
 * Adds every command to a program, in the order of the overview. Of files none of whose commands is wanted, it adds what the overview
 * tells and does not load them; those commands cannot be run.
 */
export async function addCommands(
  program: Command,
  { getContext, setExitCode }: Needs,
  isWanted: (name: string) => boolean,
): Promise<void> {
  for (const { adds, load } of FILES) {
    if (adds.some(isWanted)) (await load())(program, getContext, setExitCode)
    else for (const name of adds) addListed(program, name, OVERVIEW[name])
  }
}

/** Groups that are listed only; they look like commands without commands of their own. */
export function isListedGroup(command: Command): boolean {
  const { isGroup }: TopLevel = OVERVIEW[command.name() as TopLevelName] ?? {}
  return isGroup === true && command.commands.length === 0
}

function addListed(program: Command, name: string, { description, arguments: usage }: TopLevel): void {
  const command = program.command(name).description(description)
  if (usage !== undefined) command.arguments(usage)
}

/** The command that a command line names first. */
export function namedFirst(args: readonly string[]): string | undefined {
  return args.find((word) => !word.startsWith('-'))
}

/** `help app create` as `app create --help`: help of one word alone would stop at the group. */
export function withHelpLast(args: readonly string[]): readonly string[] {
  const at = args.findIndex((word) => !word.startsWith('-'))
  const isHelpOf = args[at] === 'help' && args.slice(at + 1).some((word) => !word.startsWith('-'))
  return isHelpOf ? [...args.toSpliced(at, 1), '--help'] : args
}
