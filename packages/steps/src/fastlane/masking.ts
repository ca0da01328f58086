const MASK = '[redacted]'
/** Shorter values stand in ordinary words; Apple takes none as a password. */
const MIN_SECRET_LENGTH = 4

/** Replaces secrets in a text that comes in pieces. */
export interface Masker {
  /** What of the text so far may be shown. The end is held back for as long as it could be the beginning of a secret. */
  add(piece: string): string
  /** The rest. */
  end(): string
}

/** Makes a masker for one stream. Each character that belongs to a secret is hidden, also where secrets overlap. */
export function createMasker(secrets: readonly string[]): Masker {
  const byFirst = groupByFirst(secrets.filter((one) => one.length >= MIN_SECRET_LENGTH))
  let waiting = ''
  /** So many characters at the beginning of `waiting` belong to a secret that has begun before it. */
  let covered = 0
  const take = (isEnd: boolean): string => {
    let shown = ''
    let at = 0
    for (; at < waiting.length; at += 1) {
      const candidates = byFirst.get(waiting[at] ?? '') ?? []
      if (!isEnd && candidates.some((secret) => mayContinue(secret, waiting, at))) break
      const longest = candidates.filter((secret) => waiting.startsWith(secret, at))[0]?.length ?? 0
      if (at >= covered) shown += longest > 0 ? MASK : (waiting[at] ?? '')
      covered = Math.max(covered, at + longest)
    }
    waiting = waiting.slice(at)
    covered = Math.max(0, covered - at)
    return shown
  }
  return {
    add: (piece) => {
      waiting += piece
      return take(false)
    },
    end: () => take(true),
  }
}

/** The rest of the text is the beginning of the secret, and the secret is longer. */
function mayContinue(secret: string, text: string, at: number): boolean {
  return secret.length > text.length - at && secret.startsWith(text.slice(at))
}

/** Longest first. */
function groupByFirst(secrets: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>()
  for (const secret of [...new Set(secrets)].sort((a, b) => b.length - a.length))
    groups.set(secret[0] ?? '', [...(groups.get(secret[0] ?? '') ?? []), secret])
  return groups
}

/** A whole text without secrets. */
export function masked(text: string, secrets: readonly string[]): string {
  const masker = createMasker(secrets)
  return masker.add(text) + masker.end()
}
