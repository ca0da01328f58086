import { STORE_PLATFORMS } from '../app-store-versions/states.ts'
import type { Resource } from '../json-api/resource.ts'
import { CATEGORIES, type CategoryRecord, categoryOf, isCategory } from './categories.ts'

/** Categories of the App Store. Source: developer.apple.com/documentation/appstoreconnectapi/app-categories */
export const categoryResource: Resource<CategoryRecord> = {
  type: 'appCategories',
  attributeNames: ['platforms'],
  attributes: () => ({ platforms: STORE_PLATFORMS }),
  relationships: {
    subcategories: {
      kind: 'many',
      target: 'appCategories',
      isIncludable: true,
      related: (record) => CATEGORIES.filter(({ parentId }) => parentId === record.id),
    },
    parent: {
      kind: 'one',
      target: 'appCategories',
      isIncludable: true,
      related: ({ parentId }) => (parentId === null ? [] : [categoryOf(parentId)]),
    },
  },
  find: (_scene, id) => (isCategory(id) ? categoryOf(id) : undefined),
  filters: { platforms: { values: STORE_PLATFORMS, matches: () => true } },
  existences: { parent: ({ parentId }) => parentId !== null },
  isShared: true,
  list: () => CATEGORIES,
  isReadable: true,
  permission: () => 'apps:read',
}
