import { expect, test } from 'vitest'
import { ageRatingDeclarationShape } from '../src/app-store-connect/wire/age-rating-declarations.ts'
import { appInfoLocalizationShape } from '../src/app-store-connect/wire/app-info-localizations.ts'
import { appInfoShape } from '../src/app-store-connect/wire/app-infos.ts'
import { appPreviewSetShape, appPreviewShape } from '../src/app-store-connect/wire/app-previews.ts'
import { appScreenshotSetShape, appScreenshotShape } from '../src/app-store-connect/wire/app-screenshots.ts'
import { appStoreReviewDetailShape } from '../src/app-store-connect/wire/app-store-review-details.ts'
import { appStoreVersionLocalizationShape } from '../src/app-store-connect/wire/app-store-version-localizations.ts'
import { appStoreVersionPhasedReleaseShape } from '../src/app-store-connect/wire/app-store-version-phased-releases.ts'
import { appStoreVersionShape } from '../src/app-store-connect/wire/app-store-versions.ts'
import { appShape } from '../src/app-store-connect/wire/apps.ts'
import {
  betaAppReviewSubmissionShape,
  betaBuildLocalizationShape,
  betaGroupShape,
  betaTesterShape,
} from '../src/app-store-connect/wire/beta.ts'
import { ASSET_STATES, buildUploadFileShape } from '../src/app-store-connect/wire/build-upload-files.ts'
import { BUILD_UPLOAD_STATES, buildUploadShape } from '../src/app-store-connect/wire/build-uploads.ts'
import { buildBetaDetailShape, buildShape, preReleaseVersionShape } from '../src/app-store-connect/wire/builds.ts'
import {
  CAPABILITY_TYPES,
  capabilityShape,
  OPTION_KEYS,
  SETTING_KEYS,
} from '../src/app-store-connect/wire/bundle-id-capabilities.ts'
import { bundleIdShape } from '../src/app-store-connect/wire/bundle-ids.ts'
import { certificateShape } from '../src/app-store-connect/wire/certificates.ts'
import { deviceShape } from '../src/app-store-connect/wire/devices.ts'
import { profileShape } from '../src/app-store-connect/wire/profiles.ts'
import { reviewSubmissionItemShape, reviewSubmissionShape } from '../src/app-store-connect/wire/review-submissions.ts'
import type { Field, Shape } from '../src/app-store-connect/wire/shape.ts'
import { userShape } from '../src/app-store-connect/wire/users.ts'
import { type AppleDocument, findings, readAppleDocument, resolve, type Schema } from './apple-document.ts'
import { everyCall } from './every-method.ts'
import { type Received, type Reply, rig } from './scripted-apple.ts'
import { methodsOf } from './simulated-apple.ts'

const SHAPES: Readonly<Record<string, Shape>> = {
  App: appShape,
  BundleId: bundleIdShape,
  BundleIdCapability: capabilityShape,
  Certificate: certificateShape,
  Device: deviceShape,
  Profile: profileShape,
  User: userShape,
  BetaAppReviewSubmission: betaAppReviewSubmissionShape,
  BetaBuildLocalization: betaBuildLocalizationShape,
  BetaGroup: betaGroupShape,
  BetaTester: betaTesterShape,
  Build: buildShape,
  BuildBetaDetail: buildBetaDetailShape,
  BuildUpload: buildUploadShape,
  BuildUploadFile: buildUploadFileShape,
  PrereleaseVersion: preReleaseVersionShape,
  AgeRatingDeclaration: ageRatingDeclarationShape,
  AppInfo: appInfoShape,
  AppInfoLocalization: appInfoLocalizationShape,
  AppPreview: appPreviewShape,
  AppPreviewSet: appPreviewSetShape,
  AppScreenshot: appScreenshotShape,
  AppScreenshotSet: appScreenshotSetShape,
  AppStoreReviewDetail: appStoreReviewDetailShape,
  AppStoreVersion: appStoreVersionShape,
  AppStoreVersionLocalization: appStoreVersionLocalizationShape,
  AppStoreVersionPhasedRelease: appStoreVersionPhasedReleaseShape,
  ReviewSubmission: reviewSubmissionShape,
  ReviewSubmissionItem: reviewSubmissionItemShape,
}

/** How each kind of field looks in the document. */
const KINDS: Readonly<Record<Field<unknown>['kind'], (schema: Schema) => boolean>> = {
  text: ({ type, format }) => type === 'string' && format !== 'date-time',
  bytes: ({ type }) => type === 'string',
  time: ({ type, format }) => type === 'string' && format === 'date-time',
  flag: ({ type }) => type === 'boolean',
  choice: ({ enum: values }) => values !== undefined,
  choices: ({ type, items }) => type === 'array' && items !== undefined,
  number: ({ type }) => type === 'integer',
  structure: ({ type, properties }) => type === 'object' && properties !== undefined,
  structures: ({ type, items }) => type === 'array' && items !== undefined,
  settings: ({ type, items }) => type === 'array' && items !== undefined,
}

const ids = {
  app: '1234567890',
  user: 'U1',
  bundleId: 'B1',
  capability: 'B1_ICLOUD',
  certificate: 'C1',
  device: 'D1',
  profile: 'P1',
  build: 'N1',
  buildUpload: 'N1',
  buildUploadFile: 'F1',
  betaGroup: 'G1',
  betaBuildLocalization: 'L1',
  version: 'V1',
  versionText: 'T1',
  appInfo: 'I1',
  appInfoText: 'T2',
  ageRating: 'R1',
  screenshotSet: 'S1',
  screenshot: 'S2',
  previewSet: 'S3',
  preview: 'S4',
  reviewDetail: 'E1',
  phasedRelease: 'H1',
  submission: 'M1',
}

test('every method of the client is among the calls that are checked', async () => {
  const { client } = await rig(() => ({ status: 204 }))
  const called = new Set(Object.keys(everyCall(client, ids)).map((name) => name.split(' ')[0]))
  expect(methodsOf(client).filter((name) => !called.has(name))).toEqual([])
})

const apple = readAppleDocument()
if (apple === undefined) {
  test('not checked: the folder ../shared/apple with Apple\u2019s OpenAPI document is absent', () => {
    process.stdout.write('wire types not compared: ../shared/apple/app-store-connect-openapi.json is absent\n')
    expect(apple).toBeUndefined()
  })
} else {
  checkAgainst(apple)
}

function checkAgainst(document: AppleDocument): void {
  test.each(Object.entries(SHAPES))(
    'every attribute of %s that is read is in the document, with its values',
    (name, shape) => {
      const attributes = document.components.schemas[name]?.properties?.attributes?.properties ?? {}
      for (const [attribute, field] of Object.entries(shape)) {
        const schema = resolve(document, attributes[attribute] ?? {})
        expect(KINDS[field.kind](schema), `${name}.${attribute}`).toBe(true)
        if (field.documented === undefined) continue
        const values = schema.enum ?? resolve(document, schema.items ?? {}).enum ?? []
        expect([...field.documented].sort(), `${name}.${attribute}`).toEqual([...values].sort())
      }
    },
  )

  test('capability types, setting keys and option keys are those of the document', () => {
    const { CapabilityType, CapabilitySetting, CapabilityOption } = document.components.schemas
    expect([...CAPABILITY_TYPES].sort()).toEqual([...(CapabilityType?.enum ?? [])].sort())
    expect([...SETTING_KEYS].sort()).toEqual([...(CapabilitySetting?.properties?.key?.enum ?? [])].sort())
    expect([...OPTION_KEYS].sort()).toEqual([...(CapabilityOption?.properties?.key?.enum ?? [])].sort())
  })

  test('states of uploads and their files are those of the document', () => {
    const { BuildUploadState, AppMediaAssetState } = document.components.schemas
    expect([...BUILD_UPLOAD_STATES].sort()).toEqual([...(BuildUploadState?.enum ?? [])].sort())
    expect([...ASSET_STATES].sort()).toEqual([...(AppMediaAssetState?.properties?.state?.enum ?? [])].sort())
  })

  test('every request of every method is one that the document describes', async () => {
    const { client, apple: server } = await rig(answerByPath)
    const patterns: string[] = []
    const told = await rig(answerByPath, { onExchange: ({ method, pattern }) => patterns.push(`${method} ${pattern}`) })
    const calls = Object.entries(everyCall(client, ids))
    for (const [, call] of calls) await call()
    for (const call of Object.values(everyCall(told.client, ids))) await call()
    expect(server.received).toHaveLength(calls.length)
    expect(server.received.flatMap((request) => requestFindings(document, request))).toEqual([])
    expect(patterns).toEqual(
      server.received.map((request) => `${request.method} ${templateOf(document, request.path)}`),
    )
  })

  test('the check itself finds what is wrong', () => {
    const request = (path: string, query = '', body?: unknown): Received => ({
      method: body === undefined ? 'GET' : 'POST',
      path,
      query: new URLSearchParams(query),
      body,
      authorization: '',
    })
    const wrong = [
      request('/v1/phones'),
      request('/v1/devices', 'filter[colour]=red'),
      request('/v1/devices', 'limit=201'),
      request('/v1/profiles', 'include=bundleId,phones'),
      request('/v1/devices', '', { data: { type: 'devices', attributes: { name: 'x', udid: 'y' } } }),
      request('/v1/devices', '', { data: { type: 'phones', attributes: { name: 'x', udid: 'y', platform: 'IOS' } } }),
      request('/v1/devices', '', {
        data: { type: 'devices', attributes: { name: 1, udid: 'y', platform: 'IOS', hue: 1 } },
      }),
    ]
    expect(wrong.map((each) => requestFindings(document, each).length)).toEqual([1, 1, 1, 1, 1, 1, 2])
  })
}

function templateOf(document: AppleDocument, path: string): string | undefined {
  return Object.keys(document.paths).find((template) =>
    new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`).test(path),
  )
}

function requestFindings(document: AppleDocument, { method, path, query, body }: Received): string[] {
  const operation = document.paths[templateOf(document, path) ?? '']?.[method.toLowerCase()]
  if (operation === undefined) return [`${method} ${path}: not in the document`]
  const ofQuery = [...query].flatMap(([name, value]) => {
    const schema = operation.parameters?.find(
      (parameter) => parameter.in === 'query' && parameter.name === name,
    )?.schema
    return schema === undefined ? [`${method} ${path}: unknown ${name}`] : valueFindings(document, schema, name, value)
  })
  const schema = operation.requestBody?.content['application/json']?.schema
  const ofBody = schema === undefined ? (body === undefined ? [] : ['a body']) : findings(document, schema, body)
  return [...ofQuery, ...ofBody.map((finding) => `${method} ${path}${finding}`)]
}

function valueFindings(document: AppleDocument, schema: Schema, name: string, value: string): string[] {
  if (schema.type === 'integer') return Number(value) <= (schema.maximum ?? 0) ? [] : [`${name}: ${value}`]
  return findings(document, schema, value.split(',')).map((finding) => `${name}${finding}`)
}

/** Relations to one resource, and its type. */
const ONE_BELOW: Readonly<Record<string, string>> = {
  bundleId: 'bundleIds',
  buildBetaDetail: 'buildBetaDetails',
  ageRatingDeclaration: 'ageRatingDeclarations',
  appStoreReviewDetail: 'appStoreReviewDetails',
  appStoreVersionPhasedRelease: 'appStoreVersionPhasedReleases',
}

/** Relations to several resources whose type has another name. */
const MANY_BELOW: Readonly<Record<string, string>> = { items: 'reviewSubmissionItems' }

/** Answers with a resource of the type that the path names, alone or in a list. */
function answerByPath({ method, path }: Received): Reply {
  const [, , collection = '', id, below] = path.split('/')
  if (method === 'DELETE') return { status: 204 }
  const type = ONE_BELOW[below ?? ''] ?? MANY_BELOW[below ?? ''] ?? below ?? collection
  const resource = { type, id: 'X1', attributes: {} }
  const isOne = method !== 'GET' || (below ?? '') in ONE_BELOW || (id !== undefined && below === undefined)
  return { status: method === 'POST' ? 201 : 200, json: { data: isOne ? resource : [resource], links: { self: 'x' } } }
}
