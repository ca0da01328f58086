import { buildRoutes } from '@cordon/api/builds/routes'
import type { BuildFacts, StartedBuild } from '@cordon/api/builds/schema'
import { Secret } from '@cordon/core/secret'
import { detectFacts } from './ci-facts.ts'
import { bearerClient, type Context, personClient } from './context.ts'
import { currentServer } from './credentials.ts'
import { cliErrors } from './errors.ts'
import { findApp } from './find-app.ts'

/** Facts given on the command line; each wins over what the CI system says. */
export interface FactOptions {
  readonly app?: string
  readonly commit?: string
  readonly branch?: string
  readonly workflow?: string
  readonly pullRequest?: string
  readonly fromFork?: boolean
  readonly minutes?: number
}

/**
 * Starts a build: with the trigger token in `CORDON_TRIGGER_TOKEN` when there is one, else as the person signed in, of
 * the app named by `--app`.
 */
export async function startBuild(context: Context, options: FactOptions): Promise<StartedBuild> {
  const body = { facts: factsOf(context, options), ...minutesOf(options) }
  const triggerToken = context.environment.variables.CORDON_TRIGGER_TOKEN
  if (triggerToken) {
    const client = bearerClient(context, currentServer(context.environment), new Secret(triggerToken))
    return client.call(buildRoutes.startByTrigger, { body })
  }
  if (options.app === undefined) {
    const detail = 'in CI set CORDON_TRIGGER_TOKEN, which is empty here; as yourself give --app'
    throw cliErrors.missing_option({ option: '--app' }, { detail })
  }
  const client = personClient(context)
  const app = await findApp(client, options.app)
  return client.call(buildRoutes.start, { params: { appId: app.id }, body })
}

function factsOf(context: Context, options: FactOptions): Partial<BuildFacts> {
  const given = {
    commit: options.commit,
    branch: options.branch,
    workflow: options.workflow,
    pullRequest: options.pullRequest,
    fromFork: options.fromFork,
  }
  const known = Object.entries(given).filter(([, value]) => value !== undefined)
  return { ...detectFacts(context.environment.variables), ...Object.fromEntries(known) }
}

function minutesOf({ minutes }: FactOptions): { minutes?: number } {
  return minutes === undefined ? {} : { minutes }
}
