import { buildNumberRoutes } from '@cordon/api/build-numbers/routes'
import { PLATFORMS } from '@cordon/api/build-numbers/schema'
import { highestAtApple, type Platform } from '@cordon/steps/build-number/highest'
import { type Command, Option } from 'commander'
import { type Context, note, personClient, show } from '../context.ts'
import { countOption } from '../count-option.ts'
import { findApp } from '../find-app.ts'
import { topLevel } from '../overview.ts'
import { runningBuild } from '../running-build.ts'
import { stepContext } from '../step-context.ts'

type GetContext = (command: Command) => Context

interface Options {
  readonly bundleId: string
  readonly forVersion: string
  readonly platform: Platform
  readonly app?: string
  readonly above?: number
  readonly askApple: boolean
}

/** What a number is asked for. */
interface Wish {
  readonly bundleId: string
  readonly version: string
  readonly platform: Platform
  readonly above: number
}

const WITHOUT_BUILD = 'as yourself give --app'

/** Adds the command that gives build numbers. */
export function addBuildNumberCommands(program: Command, getContext: GetContext): void {
  topLevel(program, 'build-number')
    .command('next')
    .description('print the next build number of a version: above all that were given out and above what Apple has')
    .requiredOption('--bundle-id <id>', 'bundle ID of the app')
    .requiredOption('--for-version <version>', 'marketing version, such as 1.4.0')
    .addOption(new Option('--platform <platform>', 'platform').choices([...PLATFORMS]).default('ios'))
    .option('--app <app>', 'as the person who is signed in; left out, the running build asks')
    .option('--above <number>', 'a number that is known to be used', countOption)
    .option('--no-ask-apple', 'do not ask Apple which numbers it has')
    .action((options: Options, command: Command) => next(getContext(command), options))
}

async function next(context: Context, options: Options): Promise<void> {
  const { bundleId, forVersion: version, platform } = options
  const above = Math.max(options.above ?? 0, await known(context, options))
  const body = { bundleId, version, platform, above }
  const { buildNumber } = await ask(context, options, body)
  show(context, { bundleId, version, platform, buildNumber }, `${buildNumber}\n`)
}

function ask(context: Context, { app }: Options, body: Wish) {
  return app === undefined ? askAsBuild(context, body) : askAsPerson(context, app, body)
}

function askAsBuild(context: Context, body: Wish) {
  const { client, buildId } = runningBuild(context, WITHOUT_BUILD)
  return client.call(buildNumberRoutes.nextForBuild, { params: { buildId }, body })
}

async function askAsPerson(context: Context, wanted: string, body: Wish) {
  const client = personClient(context)
  const { id: appId } = await findApp(client, wanted)
  return client.call(buildNumberRoutes.next, { params: { appId }, body })
}

// Only a running build may have the key that Apple is asked with.
async function known(context: Context, { app, askApple, bundleId, forVersion, platform }: Options): Promise<number> {
  if (!askApple || app !== undefined) return 0
  const { buildUrl, token: buildToken } = runningBuild(context, WITHOUT_BUILD)
  const step = stepContext(context)
  const highest = await highestAtApple({ bundleId, version: forVersion, platform }, { buildUrl, buildToken }, step)
  if (highest === undefined) note(context, '! Apple was not asked: the build has no key\n')
  return highest ?? 0
}
