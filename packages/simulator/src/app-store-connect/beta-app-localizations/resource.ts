import { newUuid } from '../../world/random.ts'
import { storeOf } from '../../world/team.ts'
import { visibleAt } from '../../world/world.ts'
import { apps } from '../apps/state.ts'
import type { AttributeShape, WriteBody } from '../json-api/body.ts'
import { conflict, duplicateAttribute, invalidRelationship } from '../json-api/errors.ts'
import { equals } from '../json-api/filters.ts'
import type { Call, Resource } from '../json-api/resource.ts'
import { checkAddresses, checkLengths, textsOf } from '../json-api/texts.ts'
import { checkLocale } from '../locales.ts'
import { type BetaAppLocalizationRecord, betaAppLocalizations } from './store.ts'

const TEXTS = ['feedbackEmail', 'marketingUrl', 'privacyPolicyUrl', 'tvOsPrivacyPolicy', 'description'] as const
const LIMITS = { description: 4_000 }
const NO_TEXTS = {
  feedbackEmail: null,
  marketingUrl: null,
  privacyPolicyUrl: null,
  tvOsPrivacyPolicy: null,
  description: null,
}
const TEXT_SHAPES: Readonly<Record<string, AttributeShape>> = Object.fromEntries(
  TEXTS.map((name) => [name, { kind: 'string', isNullable: true }]),
)

function create({ attributes, relationships }: WriteBody, call: Call): BetaAppLocalizationRecord {
  const store = storeOf(call.team, betaAppLocalizations)
  const [appId = ''] = relationships.app ?? []
  if (storeOf(call.team, apps).get(appId) === undefined) {
    throw invalidRelationship('app', `There is no resource of type 'apps' with id '${appId}'`)
  }
  const locale = String(attributes.locale)
  checkLocale(locale)
  checkLengths(attributes, LIMITS)
  checkAddresses(attributes)
  if (store.by('app', appId).some((one) => one.locale === locale)) {
    throw duplicateAttribute('locale', `The localization '${locale}' already exists for this app`)
  }
  return store.add({
    ...NO_TEXTS,
    ...textsOf(attributes, TEXTS),
    id: newUuid(call.world.random),
    visibleAt: visibleAt(call, betaAppLocalizations.name),
    appId,
    locale,
  })
}

function remove(record: BetaAppLocalizationRecord, call: Call): void {
  const app = storeOf(call.team, apps).get(record.appId)
  if (app?.primaryLocale === record.locale) throw conflict('The primary locale can not be deleted', '/data/id')
  storeOf(call.team, betaAppLocalizations).remove(record.id)
}

/** What testers read of apps. Source: developer.apple.com/documentation/appstoreconnectapi/beta-app-localizations */
export const betaAppLocalizationResource: Resource<BetaAppLocalizationRecord> = {
  type: 'betaAppLocalizations',
  attributeNames: [...TEXTS, 'locale'],
  attributes: ({ feedbackEmail, marketingUrl, privacyPolicyUrl, tvOsPrivacyPolicy, description, locale }) => ({
    feedbackEmail,
    marketingUrl,
    privacyPolicyUrl,
    tvOsPrivacyPolicy,
    description,
    locale,
  }),
  relationships: {
    app: {
      kind: 'one',
      target: 'apps',
      isIncludable: true,
      related: (record, scene) => [storeOf(scene.team, apps).get(record.appId) ?? []].flat(),
    },
  },
  find: (scene, id) => storeOf(scene.team, betaAppLocalizations).get(id),
  filters: { locale: equals((record) => record.locale), app: equals((record) => record.appId) },
  list: (scene) => storeOf(scene.team, betaAppLocalizations).values(),
  isReadable: true,
  create: {
    body: {
      attributes: { locale: { kind: 'string', isRequired: true }, ...TEXT_SHAPES },
      relationships: { app: { kind: 'one', target: 'apps', isRequired: true } },
    },
    run: create,
  },
  update: {
    body: { attributes: TEXT_SHAPES },
    run({ attributes }, call, record) {
      checkLengths(attributes, LIMITS)
      checkAddresses(attributes)
      return storeOf(call.team, betaAppLocalizations).change(record, textsOf(attributes, TEXTS))
    },
  },
  remove,
  permission: (access) => (access === 'read' ? 'apps:read' : 'apps:write'),
}
