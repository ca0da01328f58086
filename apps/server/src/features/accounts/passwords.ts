import { hash, verify } from '@node-rs/argon2'

/** Hashes and checks passwords, a few at a time: each needs 19 MiB and a core for ten milliseconds. */
export interface Passwords {
  /** argon2id in PHC form. */
  hash(password: string): Promise<string>
  /** Whether the password fits. Without a stored hash it is false after the same work: nobody learns who has an account. */
  fits(stored: string | undefined, password: string): Promise<boolean>
}

// OWASP's minimum for argon2id, which is what the library makes unless told otherwise.
const OPTIONS = { memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 } as const
const AT_ONCE = 2

/** Makes the password hasher of a server. */
export function createPasswords(): Passwords {
  const inTurn = createSemaphore(AT_ONCE)
  const decoy = inTurn(() => hash('no password is this one', OPTIONS))
  return {
    hash: (password) => inTurn(() => hash(password, OPTIONS)),
    async fits(stored, password) {
      const against = stored ?? (await decoy)
      const same = await inTurn(() => verify(against, password))
      return same && stored !== undefined
    },
  }
}

type InTurn = <T>(work: () => Promise<T>) => Promise<T>

function createSemaphore(atOnce: number): InTurn {
  const waiting: Array<() => void> = []
  let running = 0
  return async (work) => {
    if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve))
    else running += 1
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }
}
