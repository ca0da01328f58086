import type { AppInfoWithRelated } from '@cordon/apple/app-store-connect/wire/app-infos'
import type { AppPreview } from '@cordon/apple/app-store-connect/wire/app-previews'
import type { AppScreenshot } from '@cordon/apple/app-store-connect/wire/app-screenshots'
import type { AppStoreVersionWithRelated } from '@cordon/apple/app-store-connect/wire/app-store-versions'
import type { DeliveryState } from '@cordon/apple/app-store-connect/wire/media'
import type { ReviewSubmission } from '@cordon/apple/app-store-connect/wire/review-submissions'
import { toIso } from '@cordon/core/instant'
import { tidied } from '../../engine/metadata/check-field.ts'
import { fieldsOf } from '../../engine/metadata/fields.ts'
import type { PlainSection, StoredMedia, TextSection, Value, Values } from '../../engine/metadata/model.ts'
import type { StoreInfo, StoreSubmission, StoreText, StoreVersion } from '../../engine/metadata/port.ts'

type Attributes = Readonly<Record<string, unknown>>

/** The values of a section, each as the engine compares them; null where Apple has none. */
function valuesIn(section: PlainSection | TextSection, attributes: Attributes): Values {
  return Object.fromEntries(
    fieldsOf(section).map((spec) => {
      const value = attributes[spec.field]
      const plain: Value =
        typeof value === 'string' || typeof value === 'boolean'
          ? value
          : typeof value === 'number'
            ? isoOf(value)
            : null
      return [spec.field, tidied(spec, plain)]
    }),
  )
}

// Points in time are numbers in the client.
function isoOf(at: number): string {
  return toIso(at as Parameters<typeof toIso>[0])
}

export function storeVersion(version: AppStoreVersionWithRelated): StoreVersion {
  const { reviewDetail, phasedRelease } = version
  const review = reviewDetail && {
    id: reviewDetail.id,
    values: {
      ...valuesIn('review', reviewDetail),
      demoAccountRequired: reviewDetail.demoAccountRequired ?? null,
    },
  }
  return {
    id: version.id,
    version: version.versionString ?? '',
    state: version.appVersionState ?? '',
    createdAt: version.createdDate ?? 0,
    values: valuesIn('version', version),
    review,
    phasedRelease: phasedRelease && { id: phasedRelease.id, state: phasedRelease.phasedReleaseState ?? '' },
    buildId: version.buildId,
  }
}

export function storeInfo({ id, state, categories, ageRating }: AppInfoWithRelated): StoreInfo {
  return {
    id,
    state: state ?? '',
    categories: valuesIn('categories', categories),
    ageRating: ageRating && { id: ageRating.id, values: valuesIn('ageRating', ageRating) },
  }
}

export function storeText(
  section: TextSection,
  text: { readonly id: string; readonly locale?: string } & Attributes,
): StoreText {
  return { id: text.id, locale: text.locale ?? '', values: valuesIn(section, text) }
}

export function storedScreenshot(one: AppScreenshot): StoredMedia {
  const { imageAsset } = one
  const picture = imageAsset && {
    ...{ template: imageAsset.templateUrl, width: imageAsset.width, height: imageAsset.height },
  }
  return { ...storedMedia(one, one.assetDeliveryState), ...(picture !== undefined && { picture }) }
}

export function storedPreview(one: AppPreview): StoredMedia {
  const { previewFrameTimeCode: frame } = one
  return {
    ...storedMedia(one, one.videoDeliveryState ?? one.assetDeliveryState),
    ...(frame !== undefined && { frame }),
  }
}

const STATES: Readonly<Record<string, StoredMedia['state']>> = {
  AWAITING_UPLOAD: 'waiting',
  UPLOAD_COMPLETE: 'processing',
  PROCESSING: 'processing',
  COMPLETE: 'complete',
  FAILED: 'failed',
}

function storedMedia(
  one: Pick<AppScreenshot, 'id' | 'fileName' | 'fileSize' | 'sourceFileChecksum'>,
  delivery: DeliveryState | undefined,
): StoredMedia {
  const { state = 'COMPLETE', errors = [] } = delivery ?? {}
  return {
    id: one.id,
    name: one.fileName ?? '',
    size: one.fileSize ?? 0,
    checksum: one.sourceFileChecksum || undefined,
    state: STATES[state] ?? 'processing',
    errors: errors.map(({ code, description }) => [code, description].filter((text) => text !== '').join(': ')),
  }
}

export function storeSubmission({ id, state, versionId }: ReviewSubmission): StoreSubmission {
  return { id, state: state ?? '', versionId }
}
