import type { Command } from 'commander'

/** A command as the overview of all commands lists it. */
export interface TopLevel {
  readonly description: string
  /** It has commands of its own. */
  readonly isGroup?: true
  /** As its usage shows them. */
  readonly arguments?: string
}

/**
 * What `cordon --help` lists, in this order. It stands apart from the commands, so that only the one that is run is loaded: all of them
 * together take seconds. Steps say here what their declarations say; a test compares.
 */
export const OVERVIEW = {
  'set-up': {
    description: 'make the first administrator of a new server, by the link that it prints at its first start',
  },
  join: { description: 'accept an invitation by its link: to an instance, or to the team of an app' },
  login: {
    description: 'sign in to a Cordon server and keep a personal token on this machine, in place of an earlier one',
  },
  logout: { description: 'revoke the personal token of this machine and forget it' },
  whoami: { description: 'show who is signed in, and where' },
  account: { description: 'ways into your account: password, personal tokens and sessions', isGroup: true },
  notices: { description: 'what you should know, newest first, as the bell of the web app shows it' },
  people: { description: 'people of the instance (administrators)', isGroup: true },
  connection: { description: 'your connections to Apple', isGroup: true },
  app: { description: 'apps, their teams and what they may use', isGroup: true },
  device: { description: 'test devices', isGroup: true },
  build: { description: 'builds: one run of a CI system each', isGroup: true },
  'build-number': { description: 'build numbers that nobody else gets', isGroup: true },
  session: { description: 'the Apple ID session of the build that surrounds this command', isGroup: true },
  run: {
    description: 'run a command as a build: start it, run, end it with the outcome',
    arguments: '<command...>',
  },
  audit: { description: 'the audit log', isGroup: true },
  'auto-provision': {
    description:
      'iOS Auto Provision with App Store Connect API: reads the Xcode project on any system, provides bundle IDs, capabilities and profiles at Apple, installs them and sets the project to manual signing',
  },
  'auto-provision-apple-id': {
    description:
      'iOS Auto Provision with Apple ID (deprecated): does what auto-provision does through the session of an Apple ID, and attaches App Groups, iCloud containers and merchant IDs; auto-provision is its successor',
  },
  deploy: {
    description:
      'Deploy to App Store Connect: uploads an .ipa or .pkg, its texts and screenshots, gives it to testers and hands it to review; with an API key on any system, without fastlane',
  },
  fastlane: {
    description:
      'fastlane: runs a lane with the app’s Apple connection, or a key or Apple ID of its own, in fastlane’s own variables; key files are readable by the build’s user alone and go with the lane, and what fastlane prints is shown without the secrets',
  },
  resign: {
    description:
      'Re-sign an app: signs an existing .ipa with other profiles and another certificate, on macOS, and leaves the original as it is',
  },
  steps: { description: 'the steps that builds use, as commands and in every CI system', isGroup: true },
  xcode: { description: 'Xcode projects, read without Xcode', isGroup: true },
  simulator: {
    description:
      'run a fake of Apple’s App Store Connect on this machine, for tests; docs/simulator.md describes its flags, and --help lists them',
    arguments: '[flags...]',
  },
  provision: { description: 'what an app needs at Apple: show it, then do it', isGroup: true },
  metadata: { description: 'texts, screenshots and review of an app in the store', isGroup: true },
} as const satisfies Record<string, TopLevel>

export type TopLevelName = keyof typeof OVERVIEW

/** Adds a command that the overview lists; its arguments, options and commands come after. */
export function topLevel(program: Command, name: TopLevelName): Command {
  return program.command(name).description(OVERVIEW[name].description)
}
