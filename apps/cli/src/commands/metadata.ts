import { relative, resolve } from 'node:path'
import { MEDIA_KINDS, type MediaKind } from '@cordon/delivery/engine/metadata/model'
import { observe } from '@cordon/delivery/engine/metadata/observe'
import { type PagePlan, planPage } from '@cordon/delivery/engine/metadata/plan-page'
import { pullPage } from '@cordon/delivery/engine/metadata/pull-page'
import type { PushEvent, Written } from '@cordon/delivery/engine/metadata/push-context'
import { pushPage } from '@cordon/delivery/engine/metadata/push-page'
import { type Page, placesIn, readSoundPage } from '@cordon/delivery/engine/metadata/read-page'
import { planJson, planLines, progressLine, remarkLines } from '@cordon/delivery/engine/metadata/render'
import { pulledLines } from '@cordon/delivery/engine/metadata/render-pull'
import type { ReviewChange } from '@cordon/delivery/engine/review/changes'
import { releaseVersion, steerPhasedRelease } from '@cordon/delivery/engine/review/release'
import { cancelSubmission, submitVersion } from '@cordon/delivery/engine/review/review'
import { collectInputs, pathInput } from '@cordon/steps/inputs'
import { doneTo, pageAction, reviewActions } from '@cordon/steps/metadata/actions'
import { FOLDER_INPUTS, METADATA_INPUTS, type MetadataInputs, readMetadataInputs } from '@cordon/steps/metadata/inputs'
import { openStore } from '@cordon/steps/metadata/open-store'
import { Argument, type Command } from 'commander'
import { askFirst } from '../ask-first.ts'
import { type Context, note, show } from '../context.ts'
import { addInputOptions, givenInputs, sensitiveHelp } from '../input-options.ts'
import { topLevel } from '../overview.ts'
import { reported } from '../report-metadata.ts'
import { stepContext } from '../step-context.ts'

type GetContext = (command: Command) => Context
type Options = Readonly<Record<string, string | boolean | undefined>>

const FROM_DELIVER = `
The folder is that of fastlane deliver. What deliver does is done by:
  init, download_metadata, download_screenshots   pull
  upload_metadata, upload_screenshots             plan, then push
  precheck, as far as it needs nobody             check
  submit_build                                    submit`

/** Adds the commands for the store page and App Review. */
export function addMetadataCommands(program: Command, getContext: GetContext): void {
  const metadata = topLevel(program, 'metadata').addHelpText('after', FROM_DELIVER)
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
  const pull = add('pull', 'write the texts and screenshots that are at Apple into the folder', runPull)
    .option('--one-file', 'all texts into metadata.yml instead of a file for each')
    .option('--overwrite', 'replace files and screenshots that differ')
  const plan = add('plan', 'show what would change at Apple; change nothing', runPlan)
  const push = add('push', 'write what differs to Apple, and nothing else', runPush)
  push.option('--yes', 'do not ask')
  for (const command of [pull, plan, push]) {
    command.option('--skip-texts', 'leave the texts as they are')
    command.option('--skip-screenshots', 'leave screenshots and previews as they are')
  }
  for (const command of [plan, push]) {
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
    const { version } = await reported(
      {
        ...{ step: 'metadata phase', inputs, port: store.port },
        actions: (done) => (done === undefined ? [] : [doneTo(done.version, `${what}-phased-release`)]),
      },
      context,
      () => steerPhasedRelease(store.port, targetOf(inputs, store.app.id), PHASE_STATES[what]),
    )
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
    ...remarkLines(page),
    `no mistakes: ${page.locales.length} languages, ${counts.screenshots} screenshots, ${counts.previews} previews`,
  ]
  show(
    context,
    { locales: page.locales, ...counts, notes: page.notes, warnings: page.warnings },
    `${lines.join('\n')}\n`,
  )
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
  return { inputs, page, store, target, parts: partsOf(options), diff: { prune: options.prune === true } }
}

async function runPlan(context: Context, options: Options): Promise<void> {
  const { page, store, target, parts, diff } = await prepare(context, options)
  const plan = await planPage(store.port, page, target, parts, diff)
  const appleRequests = store.port.requests()
  const lines = [...planLines(plan), `${appleRequests} requests to Apple`]
  show(context, { ...planJson(plan), appleRequests }, `${lines.join('\n')}\n`)
}

async function runPush(context: Context, options: Options): Promise<void> {
  const { inputs, page, store, target, parts, diff } = await prepare(context, options)
  const { sleep, log } = stepContext(context)
  const onProgress = (event: PushEvent) => {
    const line = progressLine(event)
    if (line !== undefined) log(line)
  }
  const approve = (plan: PagePlan) => confirm(context, plan, options.yes === true)
  let written: Written | undefined
  const onWritten = (now: Written) => {
    written = now
  }
  const pushed = await reported(
    {
      ...{ step: 'metadata push', inputs, port: store.port },
      actions: (done) => [done ?? written ?? []].flat().map(pageAction),
    },
    context,
    () => pushPage(page, target, parts, { port: store.port, sleep, onProgress, onWritten, approve }, diff),
  )
  const { version, versionId, writes, plan } = pushed
  const appleRequests = store.port.requests()
  const lines = [
    // On one log, what was written stands there as it was done.
    ...(context.terminal.isOneLog ? remarkLines(plan) : planLines(plan)),
    `version ${version}: ${writes} ${writes === 1 ? 'write' : 'writes'}, ${appleRequests} requests to Apple`,
  ]
  show(context, { ...planJson(plan), version, versionId, writes, appleRequests }, `${lines.join('\n')}\n`)
}

/** A plan that nobody has seen is shown, and carried out only when somebody says so. */
async function confirm(context: Context, plan: PagePlan, isConfirmed: boolean): Promise<void> {
  if (isConfirmed || (plan.actions.length === 0 && plan.newVersion === undefined)) return
  note(context, `${planLines(plan).join('\n')}\n`)
  await askFirst(context, { question: 'Write this to Apple?', otherwise: 'nothing was written' })
}

async function runPull(context: Context, options: Options): Promise<void> {
  const { inputs, store } = await open(context, options)
  const { workingFolder } = context.environment
  const pulled = await pullPage({
    ...{ port: store.port, target: targetOf(inputs, store.app.id), parts: partsOf(options) },
    ...{ folder: inputs.metadataFolder, workingFolder, show: (path) => relative(workingFolder, resolve(path)) },
    ...{ isOneFile: options.oneFile === true, overwrites: options.overwrite === true },
    log: stepContext(context).log,
  })
  const { version, state, texts, screenshots, previews, notes } = pulled
  const { written = [], kept = [] } = texts ?? {}
  show(context, { version, state, written, kept, screenshots, previews, notes }, `${pulledLines(pulled).join('\n')}\n`)
}

async function runSubmit(context: Context, options: Options): Promise<void> {
  const { inputs, store } = await open(context, options)
  const { sleep, log } = stepContext(context)
  const version = inputs.appVersion ?? (await versionInPreparation(store, inputs))
  const target = { appId: store.app.id, platform: inputs.platform, version }
  const buildId = typeof options.buildId === 'string' ? options.buildId : undefined
  const changes: ReviewChange[] = []
  const onChange = (change: ReviewChange) => changes.push(change)
  const submitted = await reported(
    {
      ...{ step: 'metadata submit', inputs, port: store.port },
      actions: (done) => reviewActions(changes, { version, submissionId: done?.submissionId }),
    },
    context,
    () => submitVersion(target, buildId, { port: store.port, sleep, log, onChange }),
  )
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
  const changes: ReviewChange[] = []
  const onChange = (change: ReviewChange) => changes.push(change)
  const cancelled = await reported(
    {
      ...{ step: 'metadata cancel', inputs, port: store.port },
      actions: () => reviewActions(changes),
    },
    context,
    () => cancelSubmission(target, { port: store.port, sleep, log, onChange }),
  )
  show(context, cancelled, `submission ${cancelled.submissionId} is taken back\n`)
}

async function runRelease(context: Context, options: Options): Promise<void> {
  const { inputs, store } = await open(context, options)
  const { version } = await reported(
    {
      ...{ step: 'metadata release', inputs, port: store.port },
      actions: (done) => (done === undefined ? [] : [doneTo(done.version, 'release-version')]),
    },
    context,
    () => releaseVersion(store.port, targetOf(inputs, store.app.id)),
  )
  show(context, { version }, `version ${version} is released\n`)
}
