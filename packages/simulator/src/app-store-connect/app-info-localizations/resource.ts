import { storeOf } from '../../world/team.ts'
import { appInfos } from '../app-infos/store.ts'
import type { AttributeShape } from '../json-api/body.ts'
import { invalidRelationship } from '../json-api/errors.ts'
import { equals } from '../json-api/filters.ts'
import type { Resource } from '../json-api/resource.ts'
import { textsOf } from '../json-api/texts.ts'
import { changeInfoLocalization, createInfoLocalization, deleteInfoLocalization, INFO_TEXTS } from './state.ts'
import { type AppInfoLocalizationRecord, appInfoLocalizations } from './store.ts'

const TEXT_SHAPES: Readonly<Record<string, AttributeShape>> = Object.fromEntries(
  INFO_TEXTS.map((name) => [name, { kind: 'string', isNullable: true }]),
)

/** Names and privacy texts of apps. Source: developer.apple.com/documentation/appstoreconnectapi/app-info-localizations */
export const appInfoLocalizationResource: Resource<AppInfoLocalizationRecord> = {
  type: 'appInfoLocalizations',
  attributeNames: ['locale', ...INFO_TEXTS],
  attributes: ({ locale, name, subtitle, privacyPolicyUrl, privacyChoicesUrl, privacyPolicyText }) => ({
    locale,
    name,
    subtitle,
    privacyPolicyUrl,
    privacyChoicesUrl,
    privacyPolicyText,
  }),
  relationships: {
    appInfo: {
      kind: 'one',
      target: 'appInfos',
      isIncludable: true,
      hasLinks: false,
      related: (record, scene) => [storeOf(scene.team, appInfos).get(record.appInfoId) ?? []].flat(),
    },
  },
  find: (scene, id) => storeOf(scene.team, appInfoLocalizations).get(id),
  filters: { locale: equals((record) => record.locale) },
  isReadable: true,
  create: {
    body: {
      attributes: {
        locale: { kind: 'string', isRequired: true },
        ...TEXT_SHAPES,
        name: { kind: 'string', isRequired: true },
      },
      relationships: { appInfo: { kind: 'one', target: 'appInfos', isRequired: true } },
    },
    run({ attributes, relationships }, call) {
      const id = relationships.appInfo?.[0] ?? ''
      const info = storeOf(call.team, appInfos).get(id)
      if (info === undefined) {
        throw invalidRelationship('appInfo', `There is no resource of type 'appInfos' with id '${id}'`)
      }
      return createInfoLocalization(call, info, String(attributes.locale), textsOf(attributes, INFO_TEXTS))
    },
  },
  update: {
    body: { attributes: TEXT_SHAPES },
    run: ({ attributes }, call, record) => changeInfoLocalization(call, record, textsOf(attributes, INFO_TEXTS)),
  },
  remove: (record, call) => deleteInfoLocalization(call, record),
  permission: (access) => (access === 'read' ? 'apps:read' : 'apps:write'),
}
