import { allRoutes } from '@cordon/api/routes'
import { configMarkdown } from '@cordon/server/platform/config'
import { openApiDocument } from '@cordon/server/platform/http/openapi'
import { VERSION } from '@cordon/server/platform/version'
import type { Generator } from './generator.ts'

/** docs/config.md from the configuration schema, docs/openapi.json from the routes. */
export const serverDocuments: Generator = {
  name: 'server documents',
  generate: async () =>
    new Map([
      ['docs/config.md', configMarkdown()],
      ['docs/openapi.json', `${JSON.stringify(openApiDocument(allRoutes, VERSION), null, 2)}\n`],
    ]),
}
