import type { Apps } from '@cordon/apple/app-store-connect/apps'
import type { StoreListing } from '@cordon/apple/app-store-connect/store-listing'
import { isCordonError } from '@cordon/core/errors'
import type { TextSection, Values } from '../../engine/metadata/model.ts'
import type { StorePort, StoreText } from '../../engine/metadata/port.ts'
import { fetchPicture } from './fetch-picture.ts'
import { createPartSender } from './send-part.ts'
import { createStoreMedia } from './store-media.ts'
import { storeInfo, storeSubmission, storeText, storeVersion } from './store-readings.ts'

/** What the store page asks of a client: with a key, or with the session of an Apple ID. */
export type StoreClient = StoreListing & { readonly apps: Apps; requests(): number }

/** What the way to Apple needs besides the client. */
export interface StorePortOptions {
  readonly sleep: (durationMs: number, signal?: AbortSignal) => Promise<void>
  /** Fetches pictures, which lie on another host than the API. The machine's own if absent. */
  readonly fetch?: typeof fetch
  /** Address that is asked instead of Apple. */
  readonly standIn?: string | undefined
}

/** Not ended, whether handed in or not. */
const OPEN_STATES = [
  'READY_FOR_REVIEW',
  'WAITING_FOR_REVIEW',
  'IN_REVIEW',
  'UNRESOLVED_ISSUES',
  'CANCELING',
  'COMPLETING',
] as const

/** The store page through App Store Connect's API, as the documented one or as the one behind its pages. */
export function createStorePort(apple: StoreClient, options: StorePortOptions): StorePort {
  const { sleep } = options
  const { appStoreVersions, appInfos, ageRatingDeclarations, appStoreReviewDetails, reviewSubmissions } = apple
  const phased = apple.appStoreVersionPhasedReleases
  const texts = textPorts(apple)
  const listOpenSubmissions: StorePort['listOpenSubmissions'] = async (appId, platform) =>
    (await reviewSubmissions.listOf(appId, { platform, states: OPEN_STATES })).items.map(storeSubmission)

  return {
    ...createStoreMedia(apple, { sleep, sendPart: createPartSender() }),
    fetchPicture: (picture, format) =>
      fetchPicture(picture, format, { sleep, fetch: options.fetch ?? fetch, standIn: options.standIn }),
    listVersions: async (appId, platform) =>
      (await appStoreVersions.listOf(appId, { platform })).items.map(storeVersion),
    createVersion: async (appId, platform, versionString) =>
      void (await appStoreVersions.create({ appId, platform, versionString })),
    changeVersion: async (id, values) => void (await appStoreVersions.modify(id, values)),
    listInfos: async (appId) => (await appInfos.listOf(appId)).items.map(storeInfo),
    primaryLocale: async (appId) => (await apple.apps.read(appId)).primaryLocale,
    listTexts: (section, ownerId) => texts[section].list(ownerId),
    createText: async (section, ownerId, locale, values) => {
      try {
        return await texts[section].create(ownerId, locale, values)
      } catch (error) {
        // A language that was added on one side can appear on the other by itself.
        const there = isDuplicate(error) && (await texts[section].list(ownerId)).find((text) => text.locale === locale)
        if (!there) throw error
        await texts[section].change(there.id, values)
        return there
      }
    },
    changeText: (section, id, values) => texts[section].change(id, values),
    deleteText: (section, id) => texts[section].delete(id),
    setCategories: async (infoId, values) =>
      void (await appInfos.setCategories(infoId, values as Readonly<Record<string, string | null>>)),
    changeAgeRating: async (id, appInfoId, values) => {
      const known = id === '' ? ((await ageRatingDeclarations.readOf(appInfoId))?.id ?? '') : id
      await ageRatingDeclarations.modify({ id: known, appInfoId }, values)
    },
    tellReview: async (versionId, id, values) => {
      const known = id ?? (await appStoreReviewDetails.readOf(versionId))?.id
      if (known === undefined) await appStoreReviewDetails.create({ versionId, ...values })
      else await appStoreReviewDetails.modify(known, values)
    },
    setPhased: async (versionId, id, isPhased) => {
      if (isPhased) await phased.create(versionId)
      else if (id !== undefined) await phased.delete({ id, versionId })
    },
    attachBuild: (versionId, buildId) => appStoreVersions.attachBuild(versionId, buildId),
    listOpenSubmissions,
    readSubmission: async (id) => storeSubmission(await reviewSubmissions.read(id)),
    createSubmission: async (appId, platform) => storeSubmission(await reviewSubmissions.create({ appId, platform })),
    versionsIn: async (id) => (await reviewSubmissions.itemsOf(id)).items.flatMap(({ versionId }) => versionId ?? []),
    resolveItems: async (id) => {
      const { items } = await reviewSubmissions.itemsOf(id)
      for (const item of items.filter(({ state }) => state === 'REJECTED')) await reviewSubmissions.resolveItem(item.id)
    },
    emptySubmission: async (submissionId) => {
      const { items } = await reviewSubmissions.itemsOf(submissionId)
      for (const { id } of items) await reviewSubmissions.removeItem({ id, submissionId })
    },
    takeOutOfSubmission: async (submissionId, versionId) => {
      const { items } = await reviewSubmissions.itemsOf(submissionId)
      for (const item of items.filter((one) => one.versionId === versionId))
        await reviewSubmissions.removeItem({ id: item.id, submissionId })
    },
    addToSubmission: async (id, versionId) => void (await reviewSubmissions.addVersion(id, versionId)),
    submit: async (id) => storeSubmission(await reviewSubmissions.submit(id)),
    cancel: async (id) => storeSubmission(await reviewSubmissions.cancel(id)),
    release: (versionId) => appStoreVersions.release(versionId),
    steerPhased: async (versionId, id, state) => void (await phased.modify({ id, versionId }, state)),
    requests: () => apple.requests(),
  }
}

const DUPLICATE = /^ENTITY_ERROR\.ATTRIBUTE\.INVALID\.DUPLICATE/

function isDuplicate(error: unknown): boolean {
  return isCordonError(error) && DUPLICATE.test(String(error.details.appleCode ?? ''))
}

interface TextPort {
  list(ownerId: string): Promise<readonly StoreText[]>
  create(ownerId: string, locale: string, values: Values): Promise<StoreText>
  change(id: string, values: Values): Promise<void>
  delete(id: string): Promise<void>
}

function textPorts(apple: StoreClient): Readonly<Record<TextSection, TextPort>> {
  const { appStoreVersionLocalizations: ofVersion, appInfoLocalizations: ofInfo } = apple
  return {
    versionTexts: {
      list: async (versionId) =>
        (await ofVersion.listOf(versionId)).items.map((text) => storeText('versionTexts', text)),
      create: async (versionId, locale, values) =>
        storeText('versionTexts', await ofVersion.create({ versionId, locale, ...textsIn(values) })),
      change: async (id, values) => void (await ofVersion.modify(id, textsIn(values))),
      delete: (id) => ofVersion.delete(id),
    },
    infoTexts: {
      list: async (appInfoId) => (await ofInfo.listOf(appInfoId)).items.map((text) => storeText('infoTexts', text)),
      create: async (appInfoId, locale, { name, ...values }) =>
        storeText(
          'infoTexts',
          await ofInfo.create({ appInfoId, locale, name: String(name ?? ''), ...textsIn(values) }),
        ),
      change: async (id, values) => void (await ofInfo.modify(id, textsIn(values))),
      delete: (id) => ofInfo.delete(id),
    },
  }
}

function textsIn(values: Values): Readonly<Record<string, string | null>> {
  return values as Readonly<Record<string, string | null>>
}
