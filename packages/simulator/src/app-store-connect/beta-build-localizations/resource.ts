import { newUuid } from '../../world/random.ts'
import { storeOf } from '../../world/team.ts'
import { visibleAt } from '../../world/world.ts'
import { builds } from '../builds/store.ts'
import type { WriteBody } from '../json-api/body.ts'
import { duplicateAttribute, invalidRelationship } from '../json-api/errors.ts'
import { equals } from '../json-api/filters.ts'
import type { Call, Resource } from '../json-api/resource.ts'
import { checkLengths, textsOf } from '../json-api/texts.ts'
import { checkLocale } from '../locales.ts'
import { type BetaBuildLocalizationRecord, betaBuildLocalizations } from './store.ts'

const LIMITS = { whatsNew: 4_000 }

function create({ attributes, relationships }: WriteBody, call: Call): BetaBuildLocalizationRecord {
  const store = storeOf(call.team, betaBuildLocalizations)
  const [buildId = ''] = relationships.build ?? []
  if (storeOf(call.team, builds).get(buildId) === undefined) {
    throw invalidRelationship('build', `There is no resource of type 'builds' with id '${buildId}'`)
  }
  const locale = String(attributes.locale)
  checkLocale(locale)
  checkLengths(attributes, LIMITS)
  if (store.by('build', buildId).some((one) => one.locale === locale)) {
    throw duplicateAttribute('locale', `The localization '${locale}' already exists for this build`)
  }
  return store.add({
    whatsNew: null,
    ...textsOf(attributes, ['whatsNew']),
    id: newUuid(call.world.random),
    visibleAt: visibleAt(call, betaBuildLocalizations.name),
    buildId,
    locale,
  })
}

/** What to test in builds. Source: developer.apple.com/documentation/appstoreconnectapi/beta-build-localizations */
export const betaBuildLocalizationResource: Resource<BetaBuildLocalizationRecord> = {
  type: 'betaBuildLocalizations',
  attributeNames: ['whatsNew', 'locale'],
  attributes: ({ whatsNew, locale }) => ({ whatsNew, locale }),
  relationships: {
    build: {
      kind: 'one',
      target: 'builds',
      isIncludable: true,
      related: (record, scene) => [storeOf(scene.team, builds).get(record.buildId) ?? []].flat(),
    },
  },
  find: (scene, id) => storeOf(scene.team, betaBuildLocalizations).get(id),
  filters: { locale: equals((record) => record.locale), build: equals((record) => record.buildId) },
  list: (scene) => storeOf(scene.team, betaBuildLocalizations).values(),
  isReadable: true,
  create: {
    body: {
      attributes: {
        locale: { kind: 'string', isRequired: true },
        whatsNew: { kind: 'string', isNullable: true },
      },
      relationships: { build: { kind: 'one', target: 'builds', isRequired: true } },
    },
    run: create,
  },
  update: {
    body: { attributes: { whatsNew: { kind: 'string', isNullable: true } } },
    run({ attributes }, call, record) {
      checkLengths(attributes, LIMITS)
      return storeOf(call.team, betaBuildLocalizations).change(record, textsOf(attributes, ['whatsNew']))
    },
  },
  remove: (record, call) => storeOf(call.team, betaBuildLocalizations).remove(record.id),
  permission: (access) => (access === 'read' ? 'apps:read' : 'apps:write'),
}
