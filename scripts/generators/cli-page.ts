import { createProgram } from '@cordon/cli/cli'
import { EXIT_CODES, PASSED_ON } from '@cordon/cli/exit-codes'
import { JSON_RESULTS } from '@cordon/cli/json-results'
import type { Command } from 'commander'
import type { Generator } from './generator.ts'

/** docs/cli.md: the help of every command, and the exit codes. */
export const cliPage: Generator = {
  name: 'command line page',
  generate: async () => new Map([['docs/cli.md', await render()]]),
}

async function render(): Promise<string> {
  const silent = {
    out: () => {},
    err: () => {},
    isOneLog: false,
    isInteractive: false,
    readStdin: none,
    askText: none,
    askSecret: none,
    confirm: async () => false,
    canAskCode: false,
    askCode: none,
  }
  const environment = {
    variables: {},
    workingFolder: '/',
    homeFolder: '/',
    configFolder: '/',
    platform: 'linux',
  } as const
  const program = await createProgram({ environment, terminal: silent, fetch })
  const sections = leaves(program).map((command) => `## ${pathOf(command)}\n\n\`\`\`text\n${helpOf(command)}\`\`\`\n`)
  const overview = program.commands.map((command) => `| ${linkTo(command)} | ${command.description()} |`)
  const codes = Object.values(EXIT_CODES).map(({ code, meaning }) => `| ${code} | ${meaning} |`)
  const passedOn = PASSED_ON.map(({ command, meaning }) => `| \`${command}\` | ${meaning} |`)
  const results = Object.entries(JSON_RESULTS).map(
    ([command, keys]) => `| \`cordon ${command}\` | ${keys.map((key) => `\`${key}\``).join(', ')} |`,
  )
  return `# The \`cordon\` command\n\nResults go to standard output, progress, notes and errors to standard error; what progress has told already, such as each change at Apple, is told again as a part of the result where the two go to different places, and counted only where they go to one, such as a terminal. \`--json\` prints results and errors as JSON on standard output; errors are told on standard error as well, and there alone when the result is printed already, such as what a test has checked. Times are those of this machine's zone, and UTC in JSON.\n\n| Variable | Meaning |\n|---|---|\n| \`CORDON_SERVER\`, \`CORDON_TOKEN\` | server and personal token, instead of \`cordon login\` |\n| \`CORDON_TRIGGER_TOKEN\` | trigger token of an app, for \`build start\` and \`run\` in CI |\n| \`CORDON_APPLE_BASE_URL\`, \`CORDON_APPLE_ENTERPRISE_BASE_URL\` | for steps: where Apple is, when it is the [simulator](simulator.md) and not Apple; the server has settings of its own of the same names |\n| \`CORDON_APPLE_ID_BASE_URL\` | the same for steps that work with the session of an Apple ID |\n| \`CORDON_CONFIG_DIR\` | where sign-ins are kept (0600) |\n| \`BITRISE_BUILD_URL\`, \`BITRISE_BUILD_API_TOKEN\` | the build that surrounds a step, as \`build start\` and \`run\` set them |\n\n## Commands\n\n| Command | For |\n|---|---|\n${overview.join('\n')}\n\n## JSON\n\nLists are \`{ "items": [ … ] }\`; what is shown, made or changed is as the [API](api.md) answers it, and errors are \`{ "error": { "code", "title", "detail", "remedy", "details" } }\`. Steps, \`session\`, \`provision\`, \`metadata\` and \`xcode\` print documents of their own. The others answer one object with these keys; keys stay, and others may join them:\n\n| Command | Keys |\n|---|---|\n${results.join('\n')}\n\n## Exit codes\n\n| Code | Meaning |\n|---|---|\n${codes.join('\n')}\n\nCommands that run a program of yours end as it does, when it was started:\n\n| Command | Exit code |\n|---|---|\n${passedOn.join('\n')}\n\nStandard error tells whose it is: \`cordon run\` says \`error:\` only when it is its own, and \`cordon fastlane\` says \`code: step.lane_failed\` when it is that of fastlane.\n\n${sections.join('\n')}`
}

async function none(): Promise<string> {
  return ''
}

function leaves(command: Command): Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leaves)
}

/** Leads to the first of its commands, where there are several. */
function linkTo(command: Command): string {
  const [first = command] = leaves(command)
  return `[\`${pathOf(command)}\`](#${pathOf(first).replaceAll(' ', '-')})`
}

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name()
}

/** With what commands add to their help, such as inputs that are taken from the environment only. */
function helpOf(command: Command): string {
  let text = ''
  const writeOut = (piece: string) => {
    text += piece
  }
  command.configureHelp({ helpWidth: 100 }).configureOutput({ writeOut }).outputHelp()
  return text
}
