import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['packages/**/*.test.ts', 'apps/**/*.test.ts', 'bench/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', '**/*.long.test.ts'],
    globalSetup: ['packages/testkit/src/postgres-setup.ts', 'packages/simulator/test/answers-setup.ts'],
    setupFiles: ['packages/simulator/test/answers.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // Ends what hangs, and is no measure of speed: the product's own limits of half a minute tell themselves before it.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ['default'],
  },
})
