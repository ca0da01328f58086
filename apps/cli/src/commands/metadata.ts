import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { MEDIA_KINDS, type MediaKind } from '@cordon/delivery/engine/metadata/model'
import { observe } from '@cordon/delivery/engine/metadata/observe'
import { pageFiles } from '@cordon/delivery/engine/metadata/page-files'
import { type PagePlan, planPage } from '@cordon/delivery/engine/metadata/plan-page'
import type { PushEvent } from '@cordon/delivery/engine/metadata/push-context'
import { pushPage } from '@cordon/delivery/engine/metadata/push-page'
import { type Page, placesIn, readSoundPage } from '@cordon/delivery/engine/metadata/read-page'
import { planJson, planLines, progressLine } from '@cordon/delivery/engine/metadata/render'
import { releaseVersion, steerPhasedRelease } from '@cordon/delivery/engine/review/release'
import { cancelSubmission, submitVersion } from '@cordon/delivery/engine/review/review'
import { collectInputs, pathInput } from '@cordon/steps/inputs'
import { FOLDER_INPUTS, METADATA_INPUTS, type MetadataInputs, readMetadataInputs } from '@cordon/steps/metadata/inputs'
import { openStore } from '@cordon/steps/metadata/open-store'
import { Argument, type Command } from 'commander'
import { type Context, show } from '../context.ts'
import { cliErrors } from '../errors.ts'
import { stepContext } from '../step-context.ts'
import { addInputOptions, givenInputs, sensitiveHelp } from './auto-provision.ts'

type GetContext = (command: Command) => Context
type Options = Readonly<Record<string, string | boolean | undefined>>

/** Adds the commands for the store page and App Review. */
export function addMetadataCommands(program: Command, getContext: GetContext): void {
  const metadata = program.command('metadata').description('texts, screenshots and review of an app in the store')
  const check = metadata.command('check').description('look for mistakes in the folder; needs no connection')
  addInputOptions(check, FOLDER_INPUTS)
  check.action((options: Options, self: Command) => runCheck(getContext(self), options))

  const add = (name: string, description: string, run: (context: Context, options: Options) => Promise<void>) => {
    const command = metadata.command(name).description(description)
    addInputOptions(command, METADATA_INPUTS)
    command.addHelpText('after', `\n${sensitiveHelp(METADATA_INPUTS)}`)
    command.action((options: Options, self: Command) => run(getContext(self), options))
    return command
  }
  add('pull', 'write the texts that are at Apple into the folder', runPull)
    .option('--one-file', 'all into metadata.yml instead of a file for each text')
    .option('--overwrite', 'replace files that say something else')
  const plan = add('plan', 'show what would change at Apple; change nothing', runPlan)
  const push = add('push', 'write what differs to Apple, and nothing else', runPush)
  push.option('--yes', 'do not ask')
  for (const command of [plan, push]) {
    command.option('--skip-texts', 'leave the texts as they are')
    command.option('--skip-screenshots', 'leave screenshots and previews as they are')
    command.option('--prune', 'take away languages and screenshots that the folder does not have')
  }
  add('submit', 'hand the version to App Review', runSubmit).option('--build-id <id>', 'attach this build first')
  add('cancel', 'take the version back from App Review', runCancel)
  add('release', 'release the version that was approved and waits for you', runRelease)
  addPhase(metadata, getContext)
}

const PHASE_STATES = { pause: 'PAUSED', resume: 'ACTIVE', complete: 'COMPLETE' } as const

function addPhase(metadata: Command, getContext: GetContext): void {
  const command = metadata
    .command('phase')
    .description('pause a phased release, go on with it, or give it to everybody')
  command.addArgument(new Argument('<what>').choices(Object.keys(PHASE_STATES)))
  addInputOptions(command, METADATA_INPUTS)
  command.addHelpText('after', `\n${sensitiveHelp(METADATA_INPUTS)}`)
  command.action(async (what: keyof typeof PHASE_STATES, options: Options, self: Command) => {
    const context = getContext(self)
    const { inputs, store } = await open(context, options)
    const { version } = await steerPhasedRelease(store.port, targetOf(inputs, store.app.id), PHASE_STATES[what])
    show(
      context,
      { version, phasedRelease: PHASE_STATES[what] },
      `phased release of ${version}: ${PHASE_STATES[what]}\n`,
    )
  })
}

function folderIn(context: Context, options: Options): string {
  const raw = collectInputs(FOLDER_INPUTS, givenInputs(FOLDER_INPUTS, options), context.environment.variables)
  return pathInput(raw, 'metadata_folder', context.environment.workingFolder)
}

async function runCheck(context: Context, options: Options): Promise<void> {
  const page = await readSoundPage(placesIn(folderIn(context, options)), context.environment.workingFolder)
  const counts = Object.fromEntries(MEDIA_KINDS.map((kind) => [kind, countOf(page, kind)])) as Record<MediaKind, number>
  const lines = [
    ...page.notes.map((note) => `i ${note}`),
    `no mistakes: ${page.locales.length} languages, ${counts.screenshots} screenshots, ${counts.previews} previews`,
  ]
  show(context, { locales: page.locales, ...counts, notes: page.notes }, `${lines.join('\n')}\n`)
}

function countOf({ wanted }: Page, kind: MediaKind): number {
  const sets = Object.values(wanted[kind]).flatMap((types) => Object.values(types))
  return sets.reduce((sum, files) => sum + files.length, 0)
}

function readInputs(context: Context, options: Options): MetadataInputs {
  const given = givenInputs(METADATA_INPUTS, options)
  return readMetadataInputs(collectInputs(METADATA_INPUTS, given, context.environment.variables), stepContext(context))
}

async function open(context: Context, options: Options) {
  const inputs = readInputs(context, options)
  return { inputs, store: await openStore(inputs, stepContext(context)) }
}

function targetOf({ platform, appVersion: version }: MetadataInputs, appId: string) {
  return { appId, platform, version, updatesVersion: true }
}

function partsOf(options: Options) {
  return { texts: options.skipTexts !== true, screenshots: options.skipScreenshots !== true }
}

/** What plan and push begin with: the folder is right before anybody is asked. */
async function prepare(context: Context, options: Options) {
  const inputs = readInputs(context, options)
  const page = await readSoundPage(placesIn(inputs.metadataFolder), context.environment.workingFolder)
  const store = await openStore(inputs, stepContext(context))
  const target = targetOf({ ...inputs, appVersion: inputs.appVersion ?? page.appVersion }, store.app.id)
  return { page, store, target, parts: partsOf(options), diff: { prune: options.prune === true } }
}

async function runPlan(context: Context, options: Options): Promise<void> {
  const { page, store, target, parts, diff } = await prepare(context, options)
  const plan = await planPage(store.port, page, target, parts, diff)
  const appleRequests = store.port.requests()
  const lines = [...planLines(plan), `${appleRequests} requests to Apple`]
  show(context, { ...planJson(plan), appleRequests }, `${lines.join('\n')}\n`)
}

async function runPush(context: Context, options: Options): Promise<void> {
  const { page, store, target, parts, diff } = await prepare(context, options)
  const { sleep, log } = stepContext(context)
  const onProgress = (event: PushEvent) => {
    const line = progressLine(event)
    if (line !== undefined) log(line)
  }
  const approve = (plan: PagePlan) => confirm(context, plan, options.yes === true)
  const pushed = await pushPage(page, target, parts, { port: store.port, sleep, onProgress, approve }, diff)
  const { version, versionId, writes, plan } = pushed
  const appleRequests = store.port.requests()
  const lines = [
    ...plan.notes.map((note) => `i ${note}`),
    `version ${version}: ${writes} writes, ${appleRequests} requests to Apple`,
  ]
  show(context, { ...planJson(plan), version, versionId, writes, appleRequests }, `${lines.join('\n')}\n`)
}

/** A plan that nobody has seen is shown, and carried out only when somebody says so. */
async function confirm({ terminal }: Context, plan: PagePlan, isConfirmed: boolean): Promise<void> {
  if (isConfirmed || (plan.actions.length === 0 && plan.newVersion === undefined)) return
  terminal.err(`${planLines(plan).join('\n')}\n`)
  const said = terminal.isInteractive && (await terminal.confirm('Write this to Apple?'))
  if (!said) throw cliErrors.not_confirmed({}, { detail: 'nothing was written' })
}

async function runPull(context: Context, options: Options): Promise<void> {
  const { inputs, store } = await open(context, options)
  const target = { ...targetOf(inputs, store.app.id), isForReading: true as const }
  const scope = { texts: true, media: { screenshots: [], previews: [] } }
  const { listing, version } = await observe(store.port, target, scope)
  const files = pageFiles(listing, { isOneFile: options.oneFile === true })
  const kept: string[] = []
  const written: string[] = []
  for (const [path, content] of files) {
    const file = join(inputs.metadataFolder, path)
    const outcome = writeFile(file, content, options.overwrite === true)
    const shown = relative(context.environment.workingFolder, resolve(file))
    if (outcome === 'kept') kept.push(shown)
    if (outcome === 'written') written.push(shown)
  }
  const lines = [
    ...kept.map((file) => `! ${file} says something else and was kept; --overwrite replaces it`),
    `version ${version.version} (${version.state}): ${written.length} files written, ${files.size - written.length - kept.length} were right`,
  ]
  show(context, { version: version.version, state: version.state, written, kept }, `${lines.join('\n')}\n`)
}

function writeFile(file: string, content: string, overwrites: boolean): 'written' | 'kept' | 'right' {
  const before = existsSync(file) ? readFileSync(file, 'utf8') : undefined
  if (before?.trim() === content.trim()) return 'right'
  if (before !== undefined && before.trim() !== '' && !overwrites) return 'kept'
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
  return 'written'
}

async function runSubmit(context: Context, options: Options): Promise<void> {
  const { inputs, store } = await open(context, options)
  const { sleep, log } = stepContext(context)
  const version = inputs.appVersion ?? (await versionInPreparation(store, inputs))
  const target = { appId: store.app.id, platform: inputs.platform, version }
  const buildId = typeof options.buildId === 'string' ? options.buildId : undefined
  const submitted = await submitVersion(target, buildId, { port: store.port, sleep, log })
  show(
    context,
    { ...submitted, version },
    `version ${version} is handed to App Review (submission ${submitted.submissionId})\n`,
  )
}

async function versionInPreparation(
  { port, app }: Awaited<ReturnType<typeof openStore>>,
  { platform }: MetadataInputs,
) {
  const target = { appId: app.id, platform, version: undefined, updatesVersion: false }
  const scope = { texts: false, media: { screenshots: [], previews: [] } }
  return (await observe(port, target, scope)).version.version
}

async function runCancel(context: Context, options: Options): Promise<void> {
  const { inputs, store } = await open(context, options)
  const { sleep, log } = stepContext(context)
  const target = { appId: store.app.id, platform: inputs.platform }
  const cancelled = await cancelSubmission(target, { port: store.port, sleep, log })
  show(context, cancelled, `submission ${cancelled.submissionId} is taken back\n`)
}

async function runRelease(context: Context, options: Options): Promise<void> {
  const { inputs, store } = await open(context, options)
  const { version } = await releaseVersion(store.port, targetOf(inputs, store.app.id))
  show(context, { version }, `version ${version} is released\n`)
}
