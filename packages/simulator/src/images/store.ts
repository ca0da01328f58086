import type { Region } from '../uploads/spool.ts'
import { Spool } from '../uploads/spool.ts'
import { newUuid, type RandomBytes } from '../world/random.ts'

/** A picture that the host of pictures shows. */
export interface ShownImage {
  readonly format: 'png' | 'jpg'
  readonly width: number
  readonly height: number
}

/** Pictures that were uploaded, by id, in a file without a name. Not part of a saved state. */
export interface Images {
  /** Keeps a picture and gives its id. */
  keep(bytes: Uint8Array, image: ShownImage, random: RandomBytes): Promise<string>
  find(id: string): (ShownImage & { read(): Promise<Buffer> }) | undefined
  clear(): void
}

/** An empty store of pictures. */
export function createImages(): Images {
  let spool = new Spool()
  const kept = new Map<string, ShownImage & { readonly region: Region }>()
  return {
    keep: async (bytes, image, random) => {
      const region = await spool.write(once(bytes), bytes.length)
      const id = newUuid(random)
      kept.set(id, { ...image, region })
      return id
    },
    find: (id) => {
      const found = kept.get(id)
      if (found === undefined) return undefined
      const { region, ...image } = found
      const from = spool
      return { ...image, read: () => bytesOf(from.read([region])) }
    },
    clear: () => {
      kept.clear()
      void spool.close().catch(() => undefined)
      spool = new Spool()
    },
  }
}

async function bytesOf(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = []
  for await (const piece of pieces) all.push(piece)
  return Buffer.concat(all)
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
