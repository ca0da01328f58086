import type { Answer } from '../transport/answer.ts'
import type { Perform } from '../transport/task.ts'
import { oneOf, readResource } from './document.ts'
import { modifyResource, readResourceAt, reference, targetIn } from './operations.ts'
import { type Listed, readList } from './paging.ts'
import { type BetaBuildLocalization, betaBuildLocalizationShape } from './wire/beta.ts'

const COLLECTION = '/v1/betaBuildLocalizations'

/** What testers read about a build, in each language. */
export interface BetaBuildLocalizations {
  /** The texts of a build. Source: Apple, "List beta build localizations". */
  list(build: string): Promise<Listed<BetaBuildLocalization>>
  /** Adds a language. Source: Apple, "Create a beta build localization". */
  create(text: {
    readonly build: string
    readonly locale: string
    readonly whatsNew: string
  }): Promise<BetaBuildLocalization>
  /** Changes a text. Source: Apple, "Modify a beta build localization". */
  modify(id: string, change: { readonly whatsNew: string }): Promise<BetaBuildLocalization>
}

/** The operations on what testers read. */
export function createBetaBuildLocalizations(perform: Perform): BetaBuildLocalizations {
  const list: BetaBuildLocalizations['list'] = async (build) => {
    const query = { 'filter[build]': build }
    const all = { type: 'betaBuildLocalizations', path: COLLECTION, pattern: COLLECTION, query }
    const raw = await readList(perform, all)
    return {
      items: raw.resources.map((item) => readResource(betaBuildLocalizationShape, item)),
      isTruncated: raw.isTruncated,
    }
  }
  return {
    list,
    create: async ({ build, locale, whatsNew }) => {
      const relationships = { build: reference('builds', build) }
      const body = { data: { type: 'betaBuildLocalizations', attributes: { locale, whatsNew }, relationships } }
      return perform<BetaBuildLocalization>({
        request: { method: 'POST', path: COLLECTION, pattern: COLLECTION, body },
        read: readAnswer,
        reconcile: async () => {
          const value = (await list(build)).items.find((text) => text.locale === locale)
          return value && { value }
        },
      })
    },
    modify: (id, change) =>
      modifyResource<BetaBuildLocalization>(perform, targetIn(COLLECTION, id), {
        body: { data: { type: 'betaBuildLocalizations', id, attributes: change } },
        read: readAnswer,
        current: () => readResourceAt(perform, targetIn(COLLECTION, id), readAnswer),
        isDone: ({ whatsNew }) => whatsNew === change.whatsNew,
      }),
  }
}

function readAnswer(answer: Answer): BetaBuildLocalization {
  return readResource(betaBuildLocalizationShape, oneOf(answer, 'betaBuildLocalizations'))
}
