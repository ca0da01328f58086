import { ageRatingDeclarationResource } from './age-rating-declarations/resource.ts'
import { categoryResource } from './app-categories/resource.ts'
import { appInfoLocalizationResource } from './app-info-localizations/resource.ts'
import { appInfoResource } from './app-infos/resource.ts'
import { previewSetResource } from './app-preview-sets/resource.ts'
import { previewResource } from './app-previews/resource.ts'
import { screenshotSetResource } from './app-screenshot-sets/resource.ts'
import { screenshotResource } from './app-screenshots/resource.ts'
import { reviewAttachmentResource } from './app-store-review-attachments/resource.ts'
import { reviewDetailResource } from './app-store-review-details/resource.ts'
import { versionLocalizationResource } from './app-store-version-localizations/resource.ts'
import { phasedReleaseResource } from './app-store-version-phased-releases/resource.ts'
import { releaseRequestResource } from './app-store-version-release-requests/resource.ts'
import { versionResource } from './app-store-versions/resource.ts'
import { appResource } from './apps/resource.ts'
import { betaAppLocalizationResource } from './beta-app-localizations/resource.ts'
import { betaReviewDetailResource } from './beta-app-review-details/resource.ts'
import { betaReviewSubmissionResource } from './beta-app-review-submissions/resource.ts'
import { betaBuildLocalizationResource } from './beta-build-localizations/resource.ts'
import { betaGroupResource } from './beta-groups/resource.ts'
import { betaTesterResource } from './beta-testers/resource.ts'
import { buildBetaDetailResource } from './build-beta-details/resource.ts'
import { buildBetaNotificationResource } from './build-beta-notifications/resource.ts'
import { buildUploadFileResource } from './build-upload-files/resource.ts'
import { buildUploadResource } from './build-uploads/resource.ts'
import { buildResource } from './builds/resource.ts'
import { bulkAssignmentResource } from './bulk-beta-tester-assignments/resource.ts'
import { capabilityResource } from './bundle-id-capabilities/resource.ts'
import { bundleIdResource } from './bundle-ids/resource.ts'
import { certificateResource } from './certificates/resource.ts'
import { deviceResource } from './devices/resource.ts'
import type { Registry, Resource } from './json-api/resource.ts'
import { merchantIdResource } from './merchant-ids/resource.ts'
import { passTypeIdResource } from './pass-type-ids/resource.ts'
import { preReleaseVersionResource } from './pre-release-versions/resource.ts'
import { profileResource } from './profiles/resource.ts'
import { reviewSubmissionItemResource } from './review-submission-items/resource.ts'
import { reviewSubmissionResource } from './review-submissions/resource.ts'
import { userResource } from './users/resource.ts'
import { webhookDeliveryResource } from './webhook-deliveries/resource.ts'
import { webhookEventResource } from './webhook-events/resource.ts'
import { webhookPingResource } from './webhook-pings/resource.ts'
import { webhookResource } from './webhooks/resource.ts'

/** Every simulated resource, one line each. The order is that of seeds: what others point to comes first. */
const RESOURCES: readonly Resource[] = [
  userResource,
  merchantIdResource,
  passTypeIdResource,
  bundleIdResource,
  capabilityResource,
  appResource,
  deviceResource,
  certificateResource,
  profileResource,
  versionResource,
  versionLocalizationResource,
  appInfoResource,
  appInfoLocalizationResource,
  categoryResource,
  screenshotSetResource,
  screenshotResource,
  buildResource,
  buildBetaDetailResource,
  buildUploadResource,
  buildUploadFileResource,
  previewSetResource,
  previewResource,
  ageRatingDeclarationResource,
  reviewDetailResource,
  reviewAttachmentResource,
  phasedReleaseResource,
  releaseRequestResource,
  reviewSubmissionResource,
  reviewSubmissionItemResource,
  betaReviewSubmissionResource,
  betaReviewDetailResource,
  buildBetaNotificationResource,
  webhookResource,
  webhookEventResource,
  webhookDeliveryResource,
  webhookPingResource,
  preReleaseVersionResource,
  betaGroupResource,
  betaTesterResource,
  bulkAssignmentResource,
  betaAppLocalizationResource,
  betaBuildLocalizationResource,
]

/** The resources of the App Store Connect API by type. */
export const registry: Registry = new Map(RESOURCES.map((resource) => [resource.type, resource]))
