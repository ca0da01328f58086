import type { AppStoreConnect } from '../src/app-store-connect/client.ts'

/** Handles of resources that exist where the methods are called. */
export interface Handles {
  readonly app: string
  readonly user: string
  readonly bundleId: string
  readonly capability: string
  readonly certificate: string
  readonly device: string
  readonly profile: string
  readonly build: string
  readonly buildUpload: string
  readonly buildUploadFile: string
  readonly betaGroup: string
  readonly betaBuildLocalization: string
  readonly version: string
  /** Texts of the version in one language. */
  readonly versionText: string
  readonly appInfo: string
  readonly appInfoText: string
  readonly ageRating: string
  readonly screenshotSet: string
  readonly screenshot: string
  readonly previewSet: string
  readonly preview: string
  readonly reviewDetail: string
  readonly phasedRelease: string
  readonly submission: string
}

/** A call of every method of the client with every option, by name. Used to check what goes over the wire. */
export function everyCall(apple: AppStoreConnect, id: Handles): Readonly<Record<string, () => Promise<unknown>>> {
  const { builds, buildUploads, buildUploadFiles, betaGroups, betaTesters } = apple
  const { betaBuildLocalizations, betaAppReviewSubmissions } = apple
  const { apps, users, bundleIds, bundleIdCapabilities, certificates, devices, profiles } = apple
  const settings = [{ key: 'ICLOUD_VERSION', options: [{ key: 'XCODE_6', enabled: true }] }]
  return {
    'apps.list': () => apps.list(),
    'apps.list of bundle ids': () => apps.list({ bundleIds: ['com.acme.app', 'com.acme.other'] }),
    'apps.read': () => apps.read(id.app),
    'apps.first': () => apps.first(),
    'users.list': () => users.list(),
    'users.read': () => users.read(id.user),
    'users.first': () => users.first(),
    'bundleIds.list': () => bundleIds.list(),
    'bundleIds.list of identifiers': () =>
      bundleIds.list({ identifiers: ['com.acme.app', 'com.acme.ext'], include: ['bundleIdCapabilities', 'profiles'] }),
    'bundleIds.read': () => bundleIds.read(id.bundleId, { include: ['bundleIdCapabilities', 'profiles'] }),
    'bundleIds.first': () => bundleIds.first(),
    'bundleIds.create': () => bundleIds.create({ identifier: 'com.acme.new', name: 'Acme new', platform: 'IOS' }),
    'bundleIds.modify': () => bundleIds.modify(id.bundleId, { name: 'Acme renamed' }),
    'bundleIds.capabilitiesOf': () => bundleIds.capabilitiesOf(id.bundleId),
    'bundleIds.profilesOf': () => bundleIds.profilesOf(id.bundleId),
    'bundleIds.delete': () => bundleIds.delete(id.bundleId),
    'bundleIdCapabilities.list': () => bundleIdCapabilities.list(id.bundleId),
    'bundleIdCapabilities.create': () =>
      bundleIdCapabilities.create({ bundleId: id.bundleId, capabilityType: 'ICLOUD', settings }),
    'bundleIdCapabilities.modify': () =>
      bundleIdCapabilities.modify({ id: id.capability, bundleId: id.bundleId }, { settings, capabilityType: 'ICLOUD' }),
    'bundleIdCapabilities.delete': () => bundleIdCapabilities.delete({ id: id.capability, bundleId: id.bundleId }),
    'certificates.list': () => certificates.list({ types: ['DISTRIBUTION'], serialNumbers: ['0A'] }),
    'certificates.read': () => certificates.read(id.certificate),
    'certificates.first': () => certificates.first(),
    'certificates.create': () => certificates.create({ csr: 'PEM', certificateType: 'DISTRIBUTION' }),
    'certificates.modify': () => certificates.modify(id.certificate, { activated: true }),
    'certificates.delete': () => certificates.delete(id.certificate),
    'devices.list': () => devices.list({ udids: ['a'.repeat(40)] }),
    'devices.read': () => devices.read(id.device),
    'devices.create': () => devices.create({ name: 'Ada', udid: 'a'.repeat(40), platform: 'IOS' }),
    'devices.modify': () => devices.modify(id.device, { name: 'Bob', status: 'DISABLED' }),
    'profiles.list': () =>
      profiles.list({
        names: ['Acme one', 'Acme two'],
        types: ['IOS_APP_STORE', 'IOS_APP_ADHOC'],
        states: ['ACTIVE', 'INVALID'],
        include: ['bundleId', 'certificates', 'devices'],
      }),
    'profiles.read': () => profiles.read(id.profile, { include: ['bundleId', 'certificates', 'devices'] }),
    'profiles.create': () =>
      profiles.create({
        name: 'Acme new',
        profileType: 'IOS_APP_ADHOC',
        bundleId: id.bundleId,
        certificates: [id.certificate],
        devices: [id.device],
      }),
    'profiles.devicesOf': () => profiles.devicesOf(id.profile),
    'profiles.certificatesOf': () => profiles.certificatesOf(id.profile),
    'profiles.bundleIdOf': () => profiles.bundleIdOf(id.profile),
    'profiles.delete': () => profiles.delete(id.profile),
    'builds.list': () =>
      builds.list({ app: id.app, version: '1.0', buildNumber: '7', platform: 'IOS', expired: false }),
    'builds.read': () => builds.read(id.build),
    'builds.modify': () => builds.modify(id.build, { expired: true, usesNonExemptEncryption: false }),
    'builds.betaDetailOf': () => builds.betaDetailOf(id.build),
    'builds.addToGroups': () => builds.addToGroups(id.build, [id.betaGroup]),
    'buildUploads.list': () => buildUploads.list(id.app, { version: '1.0', buildNumber: '7', platform: 'IOS' }),
    'buildUploads.read': () => buildUploads.read(id.buildUpload),
    'buildUploads.create': () =>
      buildUploads.create({ app: id.app, version: '1.0', buildNumber: '8', platform: 'IOS' }),
    'buildUploads.filesOf': () => buildUploads.filesOf(id.buildUpload),
    'buildUploads.delete': () => buildUploads.delete(id.buildUpload),
    'buildUploadFiles.create': () =>
      buildUploadFiles.create({
        buildUpload: id.buildUpload,
        fileName: 'App.ipa',
        fileSize: 1,
        uti: 'com.apple.ipa',
      }),
    'buildUploadFiles.read': () => buildUploadFiles.read(id.buildUploadFile),
    'buildUploadFiles.commit': () => buildUploadFiles.commit(id.buildUploadFile),
    'betaGroups.list': () => betaGroups.list(id.app),
    'betaGroups.create': () => betaGroups.create({ app: id.app, name: 'Friends', isInternalGroup: false }),
    'betaTesters.list': () => betaTesters.list(id.betaGroup),
    'betaTesters.create': () =>
      betaTesters.create({ email: 'ada@acme.test', firstName: 'Ada', lastName: 'L', groups: [id.betaGroup] }),
    'betaBuildLocalizations.list': () => betaBuildLocalizations.list(id.build),
    'betaBuildLocalizations.create': () =>
      betaBuildLocalizations.create({ build: id.build, locale: 'en-US', whatsNew: 'All' }),
    'betaBuildLocalizations.modify': () =>
      betaBuildLocalizations.modify(id.betaBuildLocalization, { whatsNew: 'More' }),
    'betaAppReviewSubmissions.list': () => betaAppReviewSubmissions.list(id.build),
    'betaAppReviewSubmissions.create': () => betaAppReviewSubmissions.create(id.build),
    ...storeCalls(apple, id),
  }
}

function storeCalls(apple: AppStoreConnect, id: Handles): Readonly<Record<string, () => Promise<unknown>>> {
  const { appStoreVersions, appStoreVersionLocalizations, appInfos, appInfoLocalizations, appScreenshots } = apple
  const { ageRatingDeclarations, appPreviews, appStoreReviewDetails, appStoreVersionPhasedReleases } = apple
  const { reviewSubmissions } = apple
  const texts = { description: 'All', keywords: 'a,b', marketingUrl: null, promotionalText: 'Now', whatsNew: 'More' }
  const phased = { id: id.phasedRelease, versionId: id.version }
  const file = { fileName: 'a.png', fileSize: 1 }
  return {
    'appStoreVersions.listOf': () => appStoreVersions.listOf(id.app, { platform: 'IOS' }),
    'appStoreVersions.read': () => appStoreVersions.read(id.version),
    'appStoreVersions.create': () =>
      appStoreVersions.create({ appId: id.app, platform: 'IOS', versionString: '2.0', copyright: '2026 Acme' }),
    'appStoreVersions.modify': () =>
      appStoreVersions.modify(id.version, {
        versionString: '2.1',
        copyright: null,
        releaseType: 'SCHEDULED',
        earliestReleaseDate: '2027-01-01T09:00:00.000Z',
      }),
    'appStoreVersions.attachBuild': () => appStoreVersions.attachBuild(id.version, id.build),
    'appStoreVersions.release': () => appStoreVersions.release(id.version),
    'appStoreVersions.delete': () => appStoreVersions.delete(id.version),
    'appStoreVersionLocalizations.listOf': () => appStoreVersionLocalizations.listOf(id.version),
    'appStoreVersionLocalizations.create': () =>
      appStoreVersionLocalizations.create({ versionId: id.version, locale: 'de-DE', ...texts }),
    'appStoreVersionLocalizations.modify': () => appStoreVersionLocalizations.modify(id.versionText, texts),
    'appStoreVersionLocalizations.delete': () => appStoreVersionLocalizations.delete(id.versionText),
    'appInfos.listOf': () => appInfos.listOf(id.app),
    'appInfos.setCategories': () =>
      appInfos.setCategories(id.appInfo, { primaryCategory: 'GAMES', secondaryCategory: 'UTILITIES' }),
    'appInfoLocalizations.listOf': () => appInfoLocalizations.listOf(id.appInfo),
    'appInfoLocalizations.create': () =>
      appInfoLocalizations.create({ appInfoId: id.appInfo, locale: 'de-DE', name: 'Acme', subtitle: 'Fine' }),
    'appInfoLocalizations.modify': () =>
      appInfoLocalizations.modify(id.appInfoText, { name: 'Acme', privacyPolicyUrl: 'https://acme.test' }),
    'appInfoLocalizations.delete': () => appInfoLocalizations.delete(id.appInfoText),
    'ageRatingDeclarations.readOf': () => ageRatingDeclarations.readOf(id.appInfo),
    'ageRatingDeclarations.modify': () =>
      ageRatingDeclarations.modify(
        { id: id.ageRating, appInfoId: id.appInfo },
        { gambling: false, contests: 'NONE', kidsAgeBand: null },
      ),
    'appScreenshots.setsOf': () => appScreenshots.setsOf(id.versionText),
    'appScreenshots.createSet': () =>
      appScreenshots.createSet({ versionLocalizationId: id.versionText, displayType: 'APP_IPHONE_67' }),
    'appScreenshots.listIn': () => appScreenshots.listIn(id.screenshotSet),
    'appScreenshots.reserve': () => appScreenshots.reserve({ setId: id.screenshotSet, ...file }),
    'appScreenshots.commit': () => appScreenshots.commit(id.screenshot, '0'.repeat(32)),
    'appScreenshots.order': () => appScreenshots.order(id.screenshotSet, [id.screenshot]),
    'appScreenshots.delete': () => appScreenshots.delete(id.screenshot),
    'appScreenshots.deleteSet': () => appScreenshots.deleteSet(id.screenshotSet),
    'appPreviews.setsOf': () => appPreviews.setsOf(id.versionText),
    'appPreviews.createSet': () =>
      appPreviews.createSet({ versionLocalizationId: id.versionText, previewType: 'IPHONE_67' }),
    'appPreviews.listIn': () => appPreviews.listIn(id.previewSet),
    'appPreviews.reserve': () =>
      appPreviews.reserve({ setId: id.previewSet, ...file, mimeType: 'video/mp4', frameTimeCode: '00:00:05:00' }),
    'appPreviews.commit': () => appPreviews.commit(id.preview, '0'.repeat(32)),
    'appPreviews.setFrame': () => appPreviews.setFrame(id.preview, '00:00:01:00'),
    'appPreviews.order': () => appPreviews.order(id.previewSet, [id.preview]),
    'appPreviews.delete': () => appPreviews.delete(id.preview),
    'appPreviews.deleteSet': () => appPreviews.deleteSet(id.previewSet),
    'appStoreReviewDetails.readOf': () => appStoreReviewDetails.readOf(id.version),
    'appStoreReviewDetails.create': () =>
      appStoreReviewDetails.create({ versionId: id.version, contactEmail: 'ada@acme.test', demoAccountRequired: true }),
    'appStoreReviewDetails.modify': () => appStoreReviewDetails.modify(id.reviewDetail, { notes: null }),
    'appStoreVersionPhasedReleases.readOf': () => appStoreVersionPhasedReleases.readOf(id.version),
    'appStoreVersionPhasedReleases.create': () => appStoreVersionPhasedReleases.create(id.version),
    'appStoreVersionPhasedReleases.modify': () => appStoreVersionPhasedReleases.modify(phased, 'PAUSED'),
    'appStoreVersionPhasedReleases.delete': () => appStoreVersionPhasedReleases.delete(phased),
    'reviewSubmissions.listOf': () =>
      reviewSubmissions.listOf(id.app, { platform: 'IOS', states: ['READY_FOR_REVIEW', 'UNRESOLVED_ISSUES'] }),
    'reviewSubmissions.read': () => reviewSubmissions.read(id.submission),
    'reviewSubmissions.create': () => reviewSubmissions.create({ appId: id.app, platform: 'IOS' }),
    'reviewSubmissions.itemsOf': () => reviewSubmissions.itemsOf(id.submission),
    'reviewSubmissions.addVersion': () => reviewSubmissions.addVersion(id.submission, id.version),
    'reviewSubmissions.resolveItem': () => reviewSubmissions.resolveItem('Q1'),
    'reviewSubmissions.removeItem': () => reviewSubmissions.removeItem({ id: 'Q1', submissionId: id.submission }),
    'reviewSubmissions.submit': () => reviewSubmissions.submit(id.submission),
    'reviewSubmissions.cancel': () => reviewSubmissions.cancel(id.submission),
  }
}
