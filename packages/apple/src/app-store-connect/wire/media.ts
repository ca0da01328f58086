import { listMember, member, textMember } from '../../transport/answer.ts'
import { type Open, structure } from './shape.ts'

/** Where an uploaded file stands. */
export interface DeliveryState {
  readonly state: Open<'AWAITING_UPLOAD' | 'UPLOAD_COMPLETE' | 'PROCESSING' | 'COMPLETE' | 'FAILED'>
  /** Why it failed, in Apple's words. */
  readonly errors: readonly { readonly code: string; readonly description: string }[]
}

/** A picture at Apple: `templateUrl` holds `{w}`, `{h}` and `{f}` in the places of size and format. */
export interface ImageAsset {
  readonly templateUrl: string
  readonly width: number
  readonly height: number
}

/** Where the file stands. Source: Apple's document, `AppMediaAssetState`, `AppMediaVideoState`. */
export const deliveryState = structure(readDeliveryState)
/** The picture. */
export const imageAsset = structure(readImageAsset)

function readDeliveryState(value: unknown): DeliveryState | undefined {
  const state = textMember(value, 'state')
  if (state === undefined) return undefined
  const errors = listMember(value, 'errors').map((error) => ({
    code: textMember(error, 'code') ?? '',
    description: textMember(error, 'description') ?? '',
  }))
  return { state, errors }
}

function readImageAsset(value: unknown): ImageAsset | undefined {
  const templateUrl = textMember(value, 'templateUrl')
  const [width, height] = [member(value, 'width'), member(value, 'height')]
  if (templateUrl === undefined || typeof width !== 'number' || typeof height !== 'number') return undefined
  return { templateUrl, width, height }
}
