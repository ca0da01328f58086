import { toIso } from '@cordon/core/instant'
import type { AutoProvisionResult } from '@cordon/steps/auto-provision/result'
import { autoProvisionStep } from '@cordon/steps/auto-provision/step'
import { summaryLines } from '@cordon/steps/auto-provision/summary'
import { runStep } from '@cordon/steps/run-step'
import type { InputDeclaration } from '@cordon/steps/step'
import { type Command, Option } from 'commander'
import { type Context, show } from '../context.ts'
import { stepContext } from '../step-context.ts'

type GetContext = (command: Command) => Context

/** Adds the step as a sub-command; its options come from the step's declaration. */
export function addAutoProvisionCommand(program: Command, getContext: GetContext): void {
  const { id, title, summary, inputs } = autoProvisionStep
  const command = program.command(id).description(`${title}: ${summary}`)
  for (const input of inputs) if (!input.sensitive) command.addOption(optionFor(input))
  command.addHelpText('after', `\n${sensitiveHelp(inputs)}`)
  command.action((options: Record<string, string>, self: Command) => run(getContext(self), options))
}

function optionFor(input: InputDeclaration): Option {
  const shown = input.defaultValue === '' ? '' : ` (default: ${input.defaultValue})`
  const option = new Option(`--${input.name.replaceAll('_', '-')} <${valueName(input)}>`, `${input.summary}${shown}`)
  return input.choices ? option.choices([...input.choices]) : option
}

function valueName({ type }: InputDeclaration): string {
  return { text: 'text', path: 'path', integer: 'count', boolean: 'yes|no', choice: 'choice', list: 'list' }[type]
}

/** Secrets would be seen by every process of the machine if they were arguments. */
function sensitiveHelp(inputs: readonly InputDeclaration[]): string {
  const lines = inputs
    .filter((input) => input.sensitive)
    .map(
      (input) =>
        `  ${input.name.padEnd(20)}${input.summary}${input.defaultValue ? ` (default: ${input.defaultValue})` : ''}`,
    )
  return `Inputs that may be secret are taken from environment variables only:\n${lines.join('\n')}\n`
}

async function run(context: Context, options: Record<string, string>): Promise<void> {
  const given = Object.fromEntries(
    autoProvisionStep.inputs.flatMap(({ name }) => {
      const value = options[camelCase(name)]
      return value === undefined ? [] : [[name, value]]
    }),
  )
  const { result, outputs } = await runStep(autoProvisionStep, given, stepContext(context))
  show(context, toDocument(result, outputs), `${summaryLines(result, context.environment.workingFolder).join('\n')}\n`)
}

function camelCase(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
}

/** The result for programs: no key, no profile content. */
function toDocument(
  { analysis, targets, provisioned, appleRequests, assets, projectEdit }: AutoProvisionResult,
  outputs: Readonly<Record<string, string>>,
) {
  return {
    project: analysis.projectPath,
    scheme: analysis.scheme.name,
    configuration: analysis.configuration,
    bundleIds: targets.map(({ target, bundleId, platform }) => ({
      target: target.name,
      role: target.role,
      bundleId,
      platform,
    })),
    changes: provisioned.changes.map(({ kind, subject, reason }) => ({ kind, subject, reason })),
    profiles: provisioned.profiles.map(
      ({ identifier, distribution, platform, name, uuid, outcome, why, expiresAt, certificate }) => ({
        bundleId: identifier,
        distribution,
        platform,
        name,
        uuid,
        outcome,
        why,
        expiresAt: toIso(expiresAt),
        certificate: certificate.name,
      }),
    ),
    appleRequests,
    files: assets.files,
    projectChanges: projectEdit?.changes ?? [],
    warnings: [...analysis.warnings.map(({ message }) => message), ...provisioned.warnings.map(({ text }) => text)],
    todos: provisioned.todos,
    outputs,
  }
}
