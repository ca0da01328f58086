import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Plan } from '@cordon/provisioning/engine/model'
import { planJson, planLines } from '@cordon/provisioning/engine/render'
import { collectInputs } from '@cordon/steps/inputs'
import { writePrivately } from '@cordon/steps/private-file'
import { changeLines } from '@cordon/steps/project-provisioning/summary'
import { PROVISION_INPUTS, type ProvisionInputs, readProvisionInputs } from '@cordon/steps/provision/inputs'
import { type PlanFile, parsePlanFile, planFile } from '@cordon/steps/provision/plan-file'
import { applyProvision, type ProvisionApplied, planProvision } from '@cordon/steps/provision/provision'
import type { Command } from 'commander'
import { askFirst, isDeclined } from '../ask-first.ts'
import { type Context, note, show } from '../context.ts'
import { cliErrors } from '../errors.ts'
import { addInputOptions, givenInputs, sensitiveHelp } from '../input-options.ts'
import { topLevel } from '../overview.ts'
import { stepContext } from '../step-context.ts'
import { table } from '../terminal.ts'

type GetContext = (command: Command) => Context
type Options = Readonly<Record<string, string | boolean | undefined>>

/** Adds the commands that show and make changes at Apple without touching a project. */
export function addProvisionCommands(program: Command, getContext: GetContext): void {
  const provision = topLevel(program, 'provision')
  const plan = provision.command('plan').description('show what would change at Apple, and why; change nothing')
  plan.option('--out <file>', 'keep the plan in a file for "provision apply --plan"')
  plan.action((options: Options, command: Command) => runPlan(getContext(command), options))
  const apply = provision.command('apply').description('do at Apple what the plan says')
  apply.option('--plan <file>', 'a plan that was kept; refused when Apple is no longer as it was then')
  apply.option('--yes', 'do not ask')
  apply.action((options: Options, command: Command) => runApply(getContext(command), options))
  for (const command of [plan, apply]) {
    addInputOptions(command, PROVISION_INPUTS)
    command.addHelpText('after', `\n${sensitiveHelp(PROVISION_INPUTS)}`)
  }
}

/** Ends as "apply" would: with the error of what a person has to do first, after the whole plan. */
async function runPlan(context: Context, options: Options): Promise<void> {
  const step = stepContext(context)
  const { desired, observed, plan, appleRequests } = await planProvision(readInputs(context, options), step)
  const file = planFile(desired, observed, plan, step.clock.now())
  const [blocker] = plan.blockers
  const lines = [...planLines(plan), `${appleRequests} requests to Apple`]
  if (typeof options.out === 'string') {
    const path = resolve(context.environment.workingFolder, options.out)
    await writePrivately(path, Buffer.from(`${JSON.stringify(file, null, 2)}\n`))
    lines.push(
      `kept in ${options.out}${blocker ? '' : `; carry it out with: cordon provision apply --plan ${options.out}`}`,
    )
  }
  show(context, file, `${lines.join('\n')}\n`)
  if (blocker !== undefined) throw blocker
}

async function runApply(context: Context, options: Options): Promise<void> {
  const stored = typeof options.plan === 'string' ? readPlan(context, options.plan) : undefined
  const inputs = readInputs(context, options, stored !== undefined)
  const approve = (plan: Plan) => confirm(context, plan, stored !== undefined || options.yes === true)
  const request = { inputs, approve, isDeclined: isDeclined(context), ...(stored !== undefined && { stored }) }
  const applied = await applyProvision(request, stepContext(context))
  show(context, toDocument(applied), toText(applied, context.terminal.isOneLog))
}

function readInputs(context: Context, options: Options, isComplete = false): ProvisionInputs {
  const raw = collectInputs(PROVISION_INPUTS, givenInputs(PROVISION_INPUTS, options), context.environment.variables)
  return readProvisionInputs(raw, stepContext(context), isComplete)
}

function readPlan({ environment }: Context, path: string): PlanFile {
  try {
    return parsePlanFile(readFileSync(resolve(environment.workingFolder, path), 'utf8'))
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')
      throw cliErrors.file_unreadable({ path }, { detail: `"${path}"`, cause })
    throw cause
  }
}

/** A plan that nobody has seen is shown, and carried out only when somebody says so. */
async function confirm(context: Context, plan: Plan, isConfirmed: boolean): Promise<void> {
  if (plan.actions.length === 0 || plan.blockers.length > 0 || isConfirmed) return
  note(context, `${planLines(plan).join('\n')}\n`)
  await askFirst(context, { question: 'Do this at Apple?', otherwise: 'the plan was not carried out' })
}

function toDocument({ plan, changes, profiles, requestsUsed, warnings, todos, files }: ProvisionApplied) {
  return {
    plan: planJson(plan),
    changes: changes.map(({ kind, subject, reason }) => ({ kind, subject, reason })),
    profiles: profiles.map(({ identifier, platform, distribution, name, uuid, outcome, why }) => ({
      ...{ bundleId: identifier, platform, distribution, name, uuid, outcome, why },
    })),
    appleRequests: requestsUsed,
    warnings: warnings.map(({ text }) => text),
    todos,
    files,
  }
}

function toText(applied: ProvisionApplied, changesWereTold: boolean): string {
  const { changes, profiles, requestsUsed, warnings, todos, files } = applied
  const rows = profiles.map(({ identifier, distribution, name, outcome, why }) => [
    ...[identifier, distribution, name, outcome, why],
  ])
  return [
    ...changeLines(changes, changesWereTold).map((line) => `${line}\n`),
    table(['BUNDLE ID', 'DISTRIBUTION', 'PROFILE', 'OUTCOME', 'BECAUSE'], rows, 'no profiles'),
    ...warnings.map(({ text, remedy }) => `! ${text}. ${remedy}\n`),
    ...todos.map(({ identifier, text, page }) => `? to do by a person for ${identifier}: ${text} (${page})\n`),
    ...files.map((path) => `wrote ${path}\n`),
    `${requestsUsed} requests to Apple\n`,
  ].join('')
}
