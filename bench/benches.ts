import type { Bench } from './machine.ts'

/** Every benchmark that can run, by the name that `npm run bench -- NAME` takes. Loaded only when asked for. */
export const BENCHES: Readonly<Record<string, Bench>> = {
  'credential-fetch': async (flags) => (await import('./credential-fetch.ts')).run(flags),
  pbxproj: async (flags) => (await import('./pbxproj.ts')).run(flags),
  provisioning: async (flags) => (await import('./provisioning.ts')).run(flags),
  simulator: async (flags) => (await import('./simulator.ts')).run(flags),
  start: async (flags) => (await import('./start.ts')).run(flags),
  upload: async (flags) => (await import('./upload.ts')).run(flags),
}
