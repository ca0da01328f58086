import type { Access, Route } from '@cordon/api/route'
import { routesByFeature } from '@cordon/api/routes'
import type { Generator } from './generator.ts'

/** docs/api.md: every operation and who may call it. */
export const accessTable: Generator = {
  name: 'table of operations',
  generate: async () => new Map([['docs/api.md', render()]]),
}

function render(): string {
  const sections = Object.entries(routesByFeature).map(([feature, routes]) => {
    const rows = Object.values<Route>(routes).map(
      (route) =>
        `| \`${route.method} ${route.path}\` | ${route.summary} | ${describeAccess(route.access)}${route.credential === 'session' ? '; session only' : ''} |`,
    )
    return `## ${feature}\n\n| Call | What it does | Who may call it |\n|---|---|---|\n${rows.join('\n')}\n`
  })
  return `# API\n\nThe whole description is in [openapi.json](openapi.json); a running server serves it at \`/api/openapi.json\`.\nPeople are known by the session cookie or by \`Authorization: Bearer <personal token>\`; builds by the header \`BUILD_API_TOKEN\`; CI systems by \`Authorization: Bearer <trigger token>\`.\nErrors are described in [errors](errors/README.md). Lists are paged: give \`nextCursor\` of one page as \`cursor\` of the next.\n\n${sections.join('\n')}`
}

function describeAccess(access: Access): string {
  switch (access.who) {
    case 'anyone':
      return 'anyone'
    case 'person':
      return access.own ? 'the person it belongs to' : 'anybody signed in'
    case 'administrator':
      return 'administrators'
    case 'member':
    case 'build-viewer':
      return `${access.roles.join(', ')} of the app`
    case 'build':
      return 'the running build'
    case 'trigger':
      return 'holder of a trigger token'
    default:
      return access satisfies never
  }
}
