import { buildApiRoutes, buildRoutes } from '@cordon/api/builds/routes'
import type { BUILD_OUTCOMES, Build } from '@cordon/api/builds/schema'
import { type Command, Option } from 'commander'
import { asBuildId } from '../build-id.ts'
import { type Context, note, personClient, show } from '../context.ts'
import { countOption, countUpTo } from '../count-option.ts'
import { exportToCi, toShellExports } from '../export-environment.ts'
import { findApp } from '../find-app.ts'
import { localMoment, localTime } from '../local-time.ts'
import { topLevel } from '../overview.ts'
import { readAll } from '../paging.ts'
import { printableLine } from '../printable.ts'
import { runningBuild } from '../running-build.ts'
import { type FactOptions, startBuild } from '../start-build.ts'
import { table } from '../terminal.ts'

type GetContext = (command: Command) => Context
type Outcome = (typeof BUILD_OUTCOMES)[number]

export function addBuildCommands(program: Command, getContext: GetContext): void {
  const build = topLevel(program, 'build')
  addFactOptions(
    build
      .command('start')
      .description('start a build and print its environment; with CORDON_TRIGGER_TOKEN, or as yourself with --app'),
  ).action((options: FactOptions, command: Command) => start(getContext(command), options))
  build
    .command('end')
    .description('end the build that surrounds this command; its token stops working at once')
    .addOption(new Option('--outcome <outcome>').choices(['success', 'failure', 'aborted']).default('success'))
    .action((options: { outcome: Outcome }, command: Command) => end(getContext(command), options.outcome))
  build
    .command('abort')
    .description('end a running build from outside; its token stops working at once')
    .argument('<build>', 'id; "cordon build list" shows it')
    .action((id: string, _options, command: Command) => abort(getContext(command), id))
  build
    .command('show')
    .description('show a build; "cordon audit list --build" shows what it did')
    .argument('<build>', 'id; "cordon build list" shows it')
    .action((id: string, _options, command: Command) => showBuild(getContext(command), id))
  build
    .command('list')
    .description("list an app's builds, newest first")
    .requiredOption('--app <app>', 'name or id')
    .option('--limit <count>', 'how many at most', countOption, 20)
    .action((options: { app: string; limit: number }, command: Command) => list(getContext(command), options))
}

/** What has a place in the list, and what has not, of one build. */
async function showBuild(context: Context, id: string): Promise<void> {
  const build = await personClient(context).call(buildRoutes.read, { params: { buildId: asBuildId(id) } })
  const lines = factsOf(build).map(([name, value]) => `${`${name}:`.padEnd(NAME_WIDTH)}${printableLine(value)}\n`)
  show(context, build, lines.join(''))
}

const NAME_WIDTH = 16

function factsOf({ facts, ...build }: Build): readonly (readonly [name: string, value: string])[] {
  return [
    ['build', `${build.number} of "${build.appName}" (${build.id})`],
    ['state', build.outcome ?? build.state],
    ['started', `${localMoment(build.startedAt)} by ${build.startedBy.name}`],
    build.endedAt === null ? ['token ends', localMoment(build.expiresAt)] : ['ended', localMoment(build.endedAt)],
    ['branch', facts.branch || '-'],
    ['commit', facts.commit || '-'],
    ['workflow', facts.workflow || '-'],
    ['pull request', facts.pullRequest === '' ? '-' : `${facts.pullRequest}${facts.fromFork ? ', from a fork' : ''}`],
    ['CI page', facts.ciUrl || '-'],
    ['releases', String(build.credentialReleases)],
    ['Apple requests', build.appleRequests === null ? 'not told' : String(build.appleRequests)],
  ]
}

/** The options that tell about a run; shared by every command that starts a build. */
export function addFactOptions(command: Command): Command {
  return command
    .option('--app <app>', 'name or id; not needed with a trigger token')
    .option('--commit <sha>', 'commit that is built')
    .option('--branch <name>', 'branch that is built')
    .option('--workflow <name>', 'workflow or job')
    .option('--pull-request <number>', 'pull request that is built')
    .option('--from-fork', 'the code comes from a fork: the build gets no credentials')
    .option('--minutes <count>', "life of the build token; the server's limit unless told", countUpTo(1_440))
}

async function start(context: Context, options: FactOptions): Promise<void> {
  const started = await startBuild(context, options)
  const exported = exportToCi(context, started.environment, [started.buildToken])
  note(
    context,
    `build ${started.build.number} of "${started.build.appName}" runs until ${localMoment(started.build.expiresAt)}\n`,
  )
  if (exported) note(context, 'its environment is set for the later steps of this job\n')
  if (context.json || !exported) show(context, started, toShellExports(started.environment))
}

async function end(context: Context, outcome: Outcome): Promise<void> {
  const { client, buildId } = runningBuild(context)
  await client.call(buildApiRoutes.end, { params: { buildId }, body: { outcome } })
  show(context, { buildId, outcome }, `build ${buildId} ended: ${outcome}\n`)
}

async function abort(context: Context, id: string): Promise<void> {
  const aborted = await personClient(context).call(buildRoutes.abort, { params: { buildId: asBuildId(id) } })
  show(
    context,
    aborted,
    `aborted build ${aborted.number} of "${aborted.appName}"; what it fetched before stays with it\n`,
  )
}

async function list(context: Context, options: { app: string; limit: number }): Promise<void> {
  const client = personClient(context)
  const app = await findApp(client, options.app)
  const items = await readAll(
    (query) => client.call(buildRoutes.list, { params: { appId: app.id }, query }),
    options.limit,
  )
  const rows = items.map((one) => [
    String(one.number),
    one.outcome ?? one.state,
    one.facts.branch || '-',
    one.facts.commit.slice(0, 10) || '-',
    one.startedBy.name,
    localTime(one.startedAt, 'minute'),
    String(one.credentialReleases),
    one.id,
  ])
  const columns = ['NO', 'STATE', 'BRANCH', 'COMMIT', 'STARTED BY', 'AT (LOCAL)', 'RELEASES', 'ID']
  show(context, { items }, table(columns, rows, 'no builds yet'))
}
