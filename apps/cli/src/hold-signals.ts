const HELD: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP']

/**
 * Lets work come to its end before a signal ends this process, so that what was opened for it is closed. `onSignal` is told of it once; a
 * second signal ends the process at once.
 */
export async function holdSignals<T>(work: () => Promise<T>, onSignal: () => void): Promise<T> {
  let held: NodeJS.Signals | undefined
  const release = () => {
    for (const signal of HELD) process.off(signal, hold)
  }
  const hold = (signal: NodeJS.Signals) => {
    held = signal
    release()
    onSignal()
  }
  for (const signal of HELD) process.on(signal, hold)
  try {
    return await work()
  } finally {
    release()
    if (held !== undefined) process.kill(process.pid, held)
  }
}
