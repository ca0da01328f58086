import { createApp, type NewApp } from '../app-store-connect/apps/create.ts'
import { appResource } from '../app-store-connect/apps/resource.ts'
import type { AppRecord } from '../app-store-connect/apps/state.ts'
import type { WriteBody } from '../app-store-connect/json-api/body.ts'
import { invalidRelationship } from '../app-store-connect/json-api/errors.ts'
import type { Resource } from '../app-store-connect/json-api/resource.ts'

type Json = Readonly<Record<string, unknown>>

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function object(value: unknown): Json {
  return isJson(value) ? value : {}
}

/** The new resources of a type that the document holds beside `data`, named by ids of the client's own (`${new-appInfo-id}`). */
function writtenAlong({ included }: WriteBody, type: string, ids: readonly string[]): Json[] {
  return ids.map((id) => {
    const found = included.find((one) => one.type === type && one.id === id)
    if (found !== undefined) return found
    throw invalidRelationship(type, `The document holds no resource of type '${type}' with id '${id}'`)
  })
}

function idsIn(resource: Json, relationship: string): string[] {
  const { data } = object(object(resource.relationships)[relationship])
  return Array.isArray(data) ? data.flatMap((one) => (typeof object(one).id === 'string' ? [String(one.id)] : [])) : []
}

/** The name stands in the localization of the app info that is written along; without one the bundle ID stands in. */
function nameOf(body: WriteBody): string | undefined {
  const [info] = writtenAlong(body, 'appInfos', body.relationships.appInfos ?? [])
  const ids = info === undefined ? [] : idsIn(info, 'appInfoLocalizations')
  const [localization] = writtenAlong(body, 'appInfoLocalizations', ids)
  const { name } = object(localization?.attributes)
  return typeof name === 'string' ? name : undefined
}

function wishOf(body: WriteBody): NewApp {
  const { bundleId, sku, primaryLocale, name } = body.attributes
  const versions = writtenAlong(body, 'appStoreVersions', body.relationships.appStoreVersions ?? [])
  return {
    name: nameOf(body) ?? String(name ?? ''),
    bundleId: String(bundleId),
    sku: String(sku),
    primaryLocale: String(primaryLocale),
    versions: versions.map(({ attributes }) => {
      const { platform, versionString = '1.0' } = object(attributes)
      return { platform: String(platform), versionString: String(versionString) }
    }),
  }
}

/**
 * App records as persons have them: they can be made here, and only here. Source: @expo/apple-utils 2.2.1, spaceship
 * `connect_api/models/app.rb` (2.237).
 */
export const irisAppResource: Resource<AppRecord> = {
  ...appResource,
  create: {
    body: {
      attributes: {
        bundleId: { kind: 'string', isRequired: true },
        sku: { kind: 'string', isRequired: true },
        primaryLocale: { kind: 'string', isRequired: true },
        name: { kind: 'string', isNullable: true },
        companyName: { kind: 'string', isNullable: true },
      },
      relationships: {
        appStoreVersions: { kind: 'many', target: 'appStoreVersions', isRequired: true },
        appInfos: { kind: 'many', target: 'appInfos', isRequired: true },
      },
    },
    run: (body, call) => createApp(call, wishOf(body)),
  },
}
