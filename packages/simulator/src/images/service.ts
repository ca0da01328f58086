import type { Answer, Incoming, Service } from '../http/service.ts'
import type { World } from '../world/world.ts'
import { madeAnew } from './copy.ts'

/** The host of pictures under Apple's name. Recorded answers have is1, is2, is4 and isq11 of this domain. */
const IMAGE_HOST = 'is1-ssl.mzstatic.com'
/** Where pictures lie on the plain address. */
const IMAGE_PREFIX = '/images'
const MIME_TYPES = { png: 'image/png', jpg: 'image/jpeg' } as const

/** The `templateUrl` of a picture for a client that reached the service at this address. */
export function templateOf(imageId: string, base: string): string {
  const { hostname, origin } = new URL(base)
  const host = hostname.endsWith('.apple.com') ? `https://${IMAGE_HOST}` : `${origin}${IMAGE_PREFIX}`
  return `${host}/image/thumb/${imageId}/{w}x{h}bb.{f}`
}

function refused(status: number, message: string): Answer {
  return { status, headers: { 'Content-Type': 'text/plain' }, body: Buffer.from(`${message}\n`) }
}

// {w}x{h}bb.{f}, filled in.
const PATH = /^\/image\/thumb\/([\w-]+)\/(\d+)x(\d+)bb\.(png|jpg)$/

async function show({ path, headers }: Incoming, world: World): Promise<Answer> {
  // Anybody may see a picture. A token or cookie that is sent along has got to a host that must not have it.
  if (headers.authorization !== undefined || headers.cookie !== undefined) return refused(400, 'No credentials here')
  const [, id = '', width, height, format] = PATH.exec(path) ?? []
  const image = world.images.find(id)
  if (image === undefined) return refused(404, 'There is no such picture')
  const isAsIs = format === image.format && Number(width) === image.width && Number(height) === image.height
  if (!isAsIs) return refused(501, `Only ${image.width}x${image.height}bb.${image.format} is simulated`)
  return {
    status: 200,
    headers: { 'Content-Type': MIME_TYPES[image.format] },
    body: madeAnew(await image.read(), image.format),
  }
}

/** The host that pictures are shown from: what `imageAsset.templateUrl` leads to. */
export function createImageHost(): Service {
  return {
    name: 'images',
    prefix: IMAGE_PREFIX,
    operationOf: ({ method }) => (method === 'GET' ? 'images_get' : `images ${method}`),
    answer: async (request, _operation, world) =>
      request.method === 'GET' ? await show(request, world) : refused(405, 'Only GET is allowed'),
  }
}
