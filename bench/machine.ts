import { arch, cpus, platform, totalmem } from 'node:os'

export type Metrics = Readonly<Record<string, number | string | null>>
/** Runs a benchmark with its command-line flags. */
export type Bench = (flags: readonly string[]) => Promise<Metrics>

/** What the figures were measured on. */
export function machine() {
  const cores = cpus()
  return {
    node: process.version,
    platform: `${platform()} ${arch()}`,
    cpu: cores[0]?.model ?? 'unknown',
    cores: cores.length,
    memoryMB: Math.round(totalmem() / 1024 / 1024),
  }
}
