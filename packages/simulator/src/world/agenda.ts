import type { MovableClock } from './clock.ts'

/** What is to happen at a time of the world's clock: by itself, and at once when the clock is moved past it. Not part of a saved state. */
export interface Agenda {
  /** Runs now when the time has come already. */
  at(dueAt: number, run: () => void): void
  clear(): void
}

interface Entry {
  readonly dueAt: number
  readonly run: () => void
}

// Node's timers take no more; a clock that a test holds still is not asked all the time.
const LONGEST_WAIT_MS = 2 ** 31 - 1
const SHORTEST_WAIT_MS = 20

/** Makes an empty agenda. Its timer keeps no process alive. */
export function createAgenda(clock: MovableClock): Agenda {
  let entries: Entry[] = []
  let timer: NodeJS.Timeout | undefined
  const arm = () => {
    clearTimeout(timer)
    const [next] = entries
    if (next === undefined) return
    const waitMs = Math.min(Math.max(next.dueAt - clock.now(), SHORTEST_WAIT_MS), LONGEST_WAIT_MS)
    timer = setTimeout(runDue, waitMs).unref()
  }
  const runDue = () => {
    const due = entries.filter(({ dueAt }) => dueAt <= clock.now())
    entries = entries.filter((entry) => !due.includes(entry))
    for (const { run } of due) run()
    arm()
  }
  clock.onMove(runDue)
  return {
    at(dueAt, run) {
      entries = [...entries, { dueAt, run }].sort((one, other) => one.dueAt - other.dueAt)
      runDue()
    },
    clear() {
      entries = []
      clearTimeout(timer)
    },
  }
}
