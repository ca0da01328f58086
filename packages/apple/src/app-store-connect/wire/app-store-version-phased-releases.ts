import { type Attributes, choice, number, time } from './shape.ts'

/** Attributes of a phased release. Source: Apple's document, schema `AppStoreVersionPhasedRelease`. */
export const appStoreVersionPhasedReleaseShape = {
  phasedReleaseState: choice(['INACTIVE', 'ACTIVE', 'PAUSED', 'COMPLETE']),
  startDate: time,
  totalPauseDuration: number,
  currentDayNumber: number,
}

/** A release over seven days. `INACTIVE` until the version is on sale. */
export type AppStoreVersionPhasedRelease = { readonly id: string } & Attributes<
  typeof appStoreVersionPhasedReleaseShape
>
