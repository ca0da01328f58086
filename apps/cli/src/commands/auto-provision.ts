import { toIso } from '@cordon/core/instant'
import { autoProvisionStep } from '@cordon/steps/auto-provision/step'
import { autoProvisionAppleIdStep } from '@cordon/steps/auto-provision-apple-id/step'
import { collectInputs, pathInput } from '@cordon/steps/inputs'
import type { ProjectInputs } from '@cordon/steps/project-provisioning/inputs'
import { cleanUpKeychain } from '@cordon/steps/project-provisioning/keychain-record'
import { restoreKeptProject } from '@cordon/steps/project-provisioning/restore-project'
import type { ProvisionedProject } from '@cordon/steps/project-provisioning/result'
import { summaryLines } from '@cordon/steps/project-provisioning/summary'
import { runStep } from '@cordon/steps/run-step'
import type { Step } from '@cordon/steps/step'
import type { Command } from 'commander'
import { type Context, show } from '../context.ts'
import { addInputOptions, givenInputs, sensitiveHelp } from '../input-options.ts'
import { stepContext } from '../step-context.ts'

type GetContext = (command: Command) => Context

type ProjectStep = Step<ProjectInputs, ProvisionedProject>
type Options = Readonly<Record<string, string | boolean>>

/** Adds the steps that provision a project as sub-commands. */
export function addAutoProvisionCommands(program: Command, getContext: GetContext): void {
  for (const step of [autoProvisionStep, autoProvisionAppleIdStep]) addProjectStep(program, step, getContext)
}

/** Its options come from the step's declaration. */
function addProjectStep(program: Command, step: ProjectStep, getContext: GetContext): void {
  const { id, title, summary, inputs } = step
  const command = program.command(id).description(`${title}: ${summary}`)
  addInputOptions(command, inputs)
  command.option(
    '--restore',
    'put the project back as it was before its signing settings were written, and do nothing else',
  )
  command.option('--clean-up', 'macOS: take out of the keychain what earlier runs put in, and do nothing else')
  command.addHelpText('after', `\n${sensitiveHelp(inputs)}`)
  command.action((options: Options, self: Command) => {
    const context = getContext(self)
    return options.restore || options.cleanUp ? undo(context, step, options) : run(context, step, options)
  })
}

async function undo(context: Context, { inputs }: ProjectStep, options: Options): Promise<void> {
  const signingFolderOnly = inputs.filter(({ name }) => name === 'signing_folder')
  const { workingFolder, variables } = context.environment
  const raw = collectInputs(signingFolderOnly, givenInputs(inputs, options), variables)
  const signingFolder = pathInput(raw, 'signing_folder', workingFolder)
  const restored = options.restore ? [await restoreKeptProject(signingFolder)] : []
  const cleaned = options.cleanUp ? await cleanUpKeychain(signingFolder, stepContext(context)) : []
  const lines = [...restored.map((path) => `put back ${path}`), ...cleaned]
  show(context, { restored, cleaned }, `${lines.join('\n') || 'nothing to undo'}\n`)
}

async function run(context: Context, step: ProjectStep, options: Options): Promise<void> {
  const given = givenInputs(step.inputs, options)
  const { result, outputs } = await runStep(step, given, stepContext(context))
  const { isOneLog: changesWereTold } = context.terminal
  const lines = summaryLines(result, context.environment.workingFolder, { changesWereTold })
  show(context, toDocument(result, outputs), `${lines.join('\n')}\n`)
}

/** The result for programs: no key, no profile content. */
function toDocument(
  { analysis, targets, provisioned, appleRequests, assets, projectEdit }: ProvisionedProject,
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
