import type { Region } from '../uploads/spool.ts'
import { Spool } from '../uploads/spool.ts'
import { newUuid, type RandomBytes } from '../world/random.ts'

/** A picture that the host of pictures shows. */
export interface ShownImage {
  readonly format: 'png' | 'jpg'
  readonly width: number
  readonly height: number
}

/** Pictures that were uploaded, by id, in files without a name. Not part of a saved state. */
export interface Images {
  /** Keeps a picture and gives its id. */
  keep(bytes: Uint8Array, image: ShownImage, random: RandomBytes): string
  find(id: string): (ShownImage & { read(): Promise<Buffer> }) | undefined
  /** Gives a picture up. */
  forget(id: string): void
  clear(): void
}

/** A file takes pictures up to about this size together: few files are open at once, and those whose pictures are all gone go. */
const SHELF_BYTES = 64 * 1024 * 1024

interface Shelf {
  readonly spool: Spool
  written: number
  readonly ids: Set<string>
}

interface Kept extends ShownImage {
  readonly shelf: Shelf
  /** Where it is, once it is written. */
  readonly region: Promise<Region>
}

/** An empty store of pictures. */
export function createImages(): Images {
  let shelf = newShelf()
  const kept = new Map<string, Kept>()
  const forget = (id: string) => {
    const found = kept.get(id)
    kept.delete(id)
    found?.shelf.ids.delete(id)
    if (found?.shelf.ids.size !== 0) return
    void found.shelf.spool.close().catch(() => undefined)
    if (found.shelf === shelf) shelf = newShelf()
  }
  return {
    keep: (bytes, image, random) => {
      if (shelf.written >= SHELF_BYTES) shelf = newShelf()
      const id = newUuid(random)
      const region = shelf.spool.write(once(bytes), bytes.length)
      // Told to whoever reads it; a picture that is given up while it is written is missed by nobody.
      region.catch(() => undefined)
      shelf.written += bytes.length
      shelf.ids.add(id)
      kept.set(id, { ...image, shelf, region })
      return id
    },
    find: (id) => {
      const found = kept.get(id)
      if (found === undefined) return undefined
      const { region, shelf: on, ...image } = found
      return { ...image, read: async () => bytesOf(on.spool.read([await region])) }
    },
    forget,
    clear: () => {
      for (const id of [...kept.keys()]) forget(id)
    },
  }
}

function newShelf(): Shelf {
  return { spool: new Spool(), written: 0, ids: new Set() }
}

async function bytesOf(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = []
  for await (const piece of pieces) all.push(piece)
  return Buffer.concat(all)
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
