import { deployStep } from '@cordon/steps/deploy/step'
import type { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { createProgram } from '../src/cli.ts'
import { OVERVIEW, type TopLevelName } from '../src/overview.ts'

const names = Object.keys(OVERVIEW) as TopLevelName[]
const everything = await programWith(() => true)

/** The command tree, with the commands that are wanted. */
function programWith(isWanted: (name: string) => boolean): Promise<Command> {
  const nobody = async () => ''
  const terminal = {
    out: () => {},
    err: () => {},
    isOneLog: false,
    isInteractive: false,
    readStdin: nobody,
    askText: nobody,
    askSecret: nobody,
    confirm: async () => false,
    canAskCode: false,
    askCode: nobody,
  }
  const folders = { workingFolder: '/', homeFolder: '/', configFolder: '/' }
  return createProgram({ environment: { variables: {}, platform: 'linux', ...folders }, terminal, fetch }, { isWanted })
}

function commandOf(program: Command, name: string): Command {
  const found = program.commands.find((command) => command.name() === name)
  if (found === undefined) throw new Error(`there is no ${name}`)
  return found
}

/** The help of a command and of all below it. */
function helpOf(command: Command): string {
  return [command.helpInformation(), ...command.commands.map(helpOf)].join('\n')
}

describe('without loading any command', () => {
  test('the list of commands is that of all commands loaded', async () => {
    const nothing = await programWith(() => false)
    expect(nothing.helpInformation()).toBe(everything.helpInformation())
    expect(nothing.commands.flatMap(({ commands }) => commands)).toEqual([])
  })

  test('steps are described as their declarations do', () => {
    expect(OVERVIEW.deploy.description).toBe(`${deployStep.title}: ${deployStep.summary}`)
  })
})

test.each(names)('%s is loaded whole when it is the one that is named', async (name) => {
  const alone = await programWith((wanted) => wanted === name)
  expect(helpOf(commandOf(alone, name))).toBe(helpOf(commandOf(everything, name)))
  expect(alone.helpInformation()).toBe(everything.helpInformation())
})
