import { defineConfig } from 'vitest/config'

/** The tests whose counts grow with `npm run test:long`. */
export default defineConfig({
  test: {
    include: [
      'packages/xcode/src/pbxproj/parse.test.ts',
      'packages/xcode/src/build-settings/resolve.test.ts',
      'packages/provisioning/src/engine/provision.test.ts',
      'packages/delivery/test/large-upload.test.ts',
      'packages/provisioning/src/engine/identifiers.test.ts',
      'packages/simulator/test/invariants.test.ts',
      'packages/simulator/test/paging-invariants.test.ts',
      'apps/server/test/durability.test.ts',
    ],
    globalSetup: ['packages/testkit/src/postgres-setup.ts'],
    env: { CORDON_TEST_LONG: '1' },
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 3_600_000,
    hookTimeout: 120_000,
  },
})
