import { deflateSync } from 'node:zlib'

/** The bytes of a xar archive with these files, packed as `productbuild` does. `toc` changes the table of contents. */
export function xarOf(files: Readonly<Record<string, string>>, toc: (xml: string) => string = (xml) => xml): Buffer {
  const heap: Buffer[] = []
  let at = 0
  const elements = Object.entries(files).map(([name, text], index) => {
    const packed = deflateSync(text)
    const data = `<data><length>${packed.length}</length><offset>${at}</offset><size>${Buffer.byteLength(text)}</size><encoding style="application/x-gzip"/></data>`
    heap.push(packed)
    at += packed.length
    const parts = name.split('/')
    return parts.reduceRight(
      (inner, part, depth) =>
        `<file id="${index}${depth}">${depth === parts.length - 1 ? data : ''}<name>${part}</name><type>${depth === parts.length - 1 ? 'file' : 'directory'}</type>${inner}</file>`,
      '',
    )
  })
  const xml = toc(`<?xml version="1.0" encoding="UTF-8"?><xar><toc>${elements.join('')}</toc></xar>`)
  const packed = deflateSync(xml)
  const header = Buffer.alloc(28)
  header.write('xar!')
  header.writeUInt16BE(28, 4)
  header.writeUInt16BE(1, 6)
  header.writeBigUInt64BE(BigInt(packed.length), 8)
  header.writeBigUInt64BE(BigInt(Buffer.byteLength(xml)), 16)
  header.writeUInt32BE(1, 24)
  return Buffer.concat([header, packed, ...heap])
}

/** What `productbuild` writes about an app for the Mac. */
export function distribution(bundle: string): string {
  return `<?xml version="1.0" encoding="utf-8"?><installer-gui-script minSpecVersion="2"><pkg-ref id="com.acme.tide"><bundle-version>${bundle}</bundle-version></pkg-ref><product id="com.acme.tide" version="2.1"/></installer-gui-script>`
}
