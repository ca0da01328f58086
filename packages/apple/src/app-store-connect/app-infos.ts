import type { Answer } from '../transport/answer.ts'
import type { Perform } from '../transport/task.ts'
import { includedOf, type RawResource, readResource, relatedId } from './document.ts'
import type { Listed } from './paging.ts'
import { below, listAt, modifyOne, readOne } from './store-resource.ts'
import { ageRatingDeclarationShape } from './wire/age-rating-declarations.ts'
import { type AppInfoWithRelated, appInfoShape, CATEGORY_PLACES, type CategoryPlace } from './wire/app-infos.ts'

/** Categories to write, by Apple's names; null empties a place. */
export type CategoryChanges = Readonly<Partial<Record<CategoryPlace, string | null>>>

/** What is said of apps apart from their versions. */
export interface AppInfos {
  /** The infos of an app, with categories and answers about age. Source: Apple, "List all app infos for an app". */
  listOf(appId: string): Promise<Listed<AppInfoWithRelated>>
  /** Changes categories. Source: Apple, "Modify an app info". */
  setCategories(id: string, categories: CategoryChanges): Promise<AppInfoWithRelated>
}

const RELATED = ['ageRatingDeclaration', ...CATEGORY_PLACES]
const kind = { type: 'appInfos', read: readInfo }

/** The operations on app infos. */
export function createAppInfos(perform: Perform): AppInfos {
  return {
    listOf: (appId) => listAt(perform, kind, below('apps', appId, 'appInfos'), { include: RELATED }),
    setCategories: (id, categories) =>
      modifyOne(perform, kind, id, {
        relationships: Object.fromEntries(Object.entries(categories).map(([place, name]) => [place, linkage(name)])),
        current: () => readOne(perform, kind, id, { include: RELATED }),
        isDone: (info) =>
          Object.entries(categories).every(
            ([place, name]) => (info.categories[place as CategoryPlace] ?? null) === (name ?? null),
          ),
      }),
  }
}

function linkage(name: string | null | undefined): unknown {
  return { data: name === null || name === undefined ? null : { type: 'appCategories', id: name } }
}

function readInfo(raw: RawResource, answers: readonly Answer[]): AppInfoWithRelated {
  const categories = CATEGORY_PLACES.map((place) => [place, relatedId(raw, place)] as const)
  const ratingId = relatedId(raw, 'ageRatingDeclaration')
  const rating = answers
    .flatMap((answer) => includedOf(answer, 'ageRatingDeclarations'))
    .find(({ id }) => id === ratingId)
  return {
    ...readResource(appInfoShape, raw),
    categories: Object.fromEntries(categories.filter(([, id]) => id !== undefined)),
    ...(rating !== undefined && { ageRating: readResource(ageRatingDeclarationShape, rating) }),
  }
}
