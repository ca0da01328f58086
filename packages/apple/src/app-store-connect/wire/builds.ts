import { type Attributes, choice, flag, text, time } from './shape.ts'
import { storePlatform } from './store-platforms.ts'

/** Attributes of a build that Cordon reads. Source: Apple's document, schema `Build`. */
export const buildShape = {
  /** `CFBundleVersion`; the version that people see is on the pre-release version. */
  version: text,
  uploadedDate: time,
  expirationDate: time,
  expired: flag,
  minOsVersion: text,
  processingState: choice(['PROCESSING', 'FAILED', 'INVALID', 'VALID']),
  /** Null until it is answered, and it is answered once. */
  usesNonExemptEncryption: flag,
}

/** A build as App Store Connect received it. */
export type Build = { readonly id: string } & Attributes<typeof buildShape>

/** Attributes of the version that builds belong to. Source: Apple's document, schema `PrereleaseVersion`. */
export const preReleaseVersionShape = { version: text, platform: storePlatform }

/** The version, such as 2.1.0, that builds belong to. */
export type PreReleaseVersion = { readonly id: string } & Attributes<typeof preReleaseVersionShape>

/** A build with its version, which was asked for in the same request. */
export type BuildWithVersion = Build & { readonly preReleaseVersion: PreReleaseVersion | undefined }

/** Attributes of a build's state for testers. Source: Apple's document, schema `BuildBetaDetail`. */
export const buildBetaDetailShape = {
  autoNotifyEnabled: flag,
  internalBuildState: choice([
    'PROCESSING',
    'PROCESSING_EXCEPTION',
    'MISSING_EXPORT_COMPLIANCE',
    'READY_FOR_BETA_TESTING',
    'IN_BETA_TESTING',
    'EXPIRED',
    'IN_EXPORT_COMPLIANCE_REVIEW',
  ]),
  externalBuildState: choice([
    'PROCESSING',
    'PROCESSING_EXCEPTION',
    'MISSING_EXPORT_COMPLIANCE',
    'READY_FOR_BETA_TESTING',
    'IN_BETA_TESTING',
    'EXPIRED',
    'READY_FOR_BETA_SUBMISSION',
    'IN_EXPORT_COMPLIANCE_REVIEW',
    'WAITING_FOR_BETA_REVIEW',
    'IN_BETA_REVIEW',
    'BETA_REJECTED',
    'BETA_APPROVED',
    'NOT_APPLICABLE',
  ]),
}

/** How far a build is on its way to testers. */
export type BuildBetaDetail = { readonly id: string } & Attributes<typeof buildBetaDetailShape>
