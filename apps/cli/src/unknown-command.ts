import type { Command } from 'commander'

/**
 * Makes a group of commands refuse a name that it does not have also where help is asked for: commander would show the group's own help and
 * call that a success. `cordon metdata --help` ends as `cordon metdata` does, and so does `cordon help metdata`.
 */
export function refuseUnknownNames(group: Command): void {
  group.addHelpText('before', () => {
    const [first, second] = group.args
    const name = first === 'help' ? second : first
    // Parsed alone, the name is refused with the nearest one as a suggestion; nothing runs.
    if (name !== undefined && !name.startsWith('-') && !has(group, name)) group.parse([name], { from: 'user' })
    return ''
  })
}

function has({ commands }: Command, name: string): boolean {
  return commands.some((one) => one.name() === name || one.aliases().includes(name))
}
