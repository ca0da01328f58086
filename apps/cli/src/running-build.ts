import { type Client, createClient } from '@cordon/api/client'
import { type BuildId, isId } from '@cordon/core/ids'
import { Secret } from '@cordon/core/secret'
import { type Context, safe } from './context.ts'
import { cliErrors } from './errors.ts'

/** The build that surrounds this process, as its environment tells. */
export interface RunningBuild {
  readonly buildId: BuildId
  readonly buildUrl: string
  readonly token: Secret<string>
  readonly client: Client
}

/**
 * Reads `BITRISE_BUILD_URL` and `BITRISE_BUILD_API_TOKEN`. Throws `cli.no_build` when they are not those of a build of Cordon; `otherwise`
 * is how the command goes without one.
 */
export function runningBuild(context: Context, otherwise?: string): RunningBuild {
  const { BITRISE_BUILD_URL: buildUrl, BITRISE_BUILD_API_TOKEN: token } = context.environment.variables
  if (!buildUrl || !token || !URL.canParse(buildUrl))
    throw cliErrors.no_build({}, otherwise === undefined ? {} : { detail: otherwise })
  return buildClient(context, buildUrl, new Secret(token))
}

/** A client that speaks as a build. */
export function buildClient(context: Context, buildUrl: string, token: Secret<string>): RunningBuild {
  const match = /^(.*)\/build\/([^/]+)\/*$/.exec(buildUrl)
  const [, baseUrl, buildId] = match ?? []
  if (baseUrl === undefined || buildId === undefined || !isId('build', buildId)) {
    throw cliErrors.no_build({}, { detail: `"${buildUrl}" is not the URL of a build` })
  }
  const client = createClient({
    baseUrl: safe(baseUrl),
    fetch: context.fetch,
    headers: () => ({ build_api_token: token.reveal() }),
  })
  return { buildId, buildUrl, token, client }
}
