import { CordonError, isCordonError } from '@cordon/core/errors'
import type { InputDeclaration } from './step.ts'

/** What to do about an error that comes from below, in the words of a step: with the names of its inputs. */
export interface InputHint {
  /** Inputs that the remedy names; a step without one of them keeps the remedy of the catalogue. */
  readonly inputs: readonly string[]
  readonly remedy: string
}

/** Engines do not know inputs, so their remedies cannot name them. By code. */
export const INPUT_HINTS: Readonly<Record<string, InputHint>> = {
  'provisioning.certificate_missing': {
    inputs: ['certificate_urls', 'passphrases', 'create_certificate', 'p12_passphrase'],
    remedy:
      'Give a valid certificate of that kind with certificate_urls and passphrases, or let one be made: create_certificate "yes" and a p12_passphrase.',
  },
  'provisioning.certificate_not_in_team': {
    inputs: ['certificate_urls'],
    remedy:
      'Check that the certificates of certificate_urls and the Apple connection belong to the same team, and that the certificate was not revoked.',
  },
  'provisioning.certificate_slots_full': {
    inputs: ['certificate_urls', 'passphrases'],
    remedy:
      'Give the .p12 file of one of the listed certificates with certificate_urls and passphrases, or revoke one that nobody needs at https://developer.apple.com/account/resources/certificates.',
  },
  'provisioning.no_devices': {
    inputs: ['register_test_devices', 'test_device_list_path'],
    remedy:
      'Set register_test_devices to "yes" with a test device of this platform (of the app, or in test_device_list_path), or wait until Apple has processed those that are registered.',
  },
  'provisioning.profile_kind_unsupported': {
    inputs: ['distribution_type'],
    remedy: 'Set distribution_type to a method that Apple has for this platform.',
  },
  'delivery.app_not_found': {
    inputs: ['app_id', 'bundle_id'],
    remedy:
      'Correct app_id or bundle_id; or ask an Admin to make the app record in App Store Connect > Apps > +, or to give the key access to the app: no API makes one.',
  },
  'delivery.platform_mismatch': {
    inputs: ['platform', 'ipa_path'],
    remedy: 'Set platform to the platform of the file, or ipa_path to the right file.',
  },
  'delivery.processing_slow': {
    inputs: ['processing_timeout'],
    remedy:
      'Look at App Store Connect > TestFlight later; running again finds the same upload and sends nothing. Raise processing_timeout to wait longer.',
  },
  'testflight.group_not_found': {
    inputs: ['beta_groups'],
    remedy: 'Correct beta_groups, or make the group in App Store Connect > TestFlight; those that are there are named.',
  },
  'testflight.testers_without_group': {
    inputs: ['beta_groups', 'beta_testers'],
    remedy: 'Name in beta_groups where the people of beta_testers go; a group of people outside takes any address.',
  },
  'signing.wrong_passphrase': {
    inputs: ['certificate_urls', 'passphrases'],
    remedy:
      'Set in passphrases, at the same place as its file in certificate_urls, what was typed when the .p12 was exported; leave it empty if there was none.',
  },
  'xcode.not_found': {
    inputs: ['project_path'],
    remedy: 'Set project_path to an existing .xcodeproj, .xcworkspace, or a folder that holds exactly one.',
  },
  'xcode.not_a_project': {
    inputs: ['project_path'],
    remedy: 'Set project_path to a .xcodeproj, a .xcworkspace, or a folder that holds exactly one.',
  },
  'xcode.no_project_in_folder': {
    inputs: ['project_path'],
    remedy: 'Set project_path to the .xcodeproj or .xcworkspace itself.',
  },
  'xcode.several_projects_in_folder': {
    inputs: ['project_path'],
    remedy: 'Set project_path to one of the projects found instead of the folder.',
  },
  'xcode.scheme_not_found': {
    inputs: ['scheme'],
    remedy: 'Set scheme to one of those that exist, or share the scheme in Xcode and commit it.',
  },
  'xcode.scheme_ambiguous': { inputs: ['scheme'], remedy: 'Set scheme to the one that is archived.' },
  'xcode.scheme_without_app': {
    inputs: ['scheme'],
    remedy:
      'Set scheme to one that archives an app, or switch "Archive" on for the app in the build action of this one.',
  },
  'xcode.configuration_not_found': {
    inputs: ['configuration'],
    remedy: 'Set configuration to one that every target of the project has.',
  },
}

/** The same error with a remedy that names the inputs of the step, where there is one; anything else as it is. */
export function withInputNames(error: unknown, declared: readonly InputDeclaration[]): unknown {
  if (!isCordonError(error)) return error
  const hint = INPUT_HINTS[error.code]
  const has = (name: string) => declared.some((input) => input.name === name)
  if (hint === undefined || !hint.inputs.every(has)) return error
  const { code, status, kind, title, details, detail, cause } = error
  return new CordonError(code, { status, kind, title, remedy: hint.remedy }, details, {
    ...(detail !== undefined && { detail }),
    cause,
  })
}
