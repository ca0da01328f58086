/** The part of the untyped package `node-app-store-connect-api` that the test uses. */
declare module 'node-app-store-connect-api' {
  export interface Item {
    readonly type: string
    readonly id: string
    readonly attributes: Record<string, unknown>
  }
  export interface Answer<T> {
    readonly data: T
    readonly included?: Record<string, Record<string, Item>>
  }
  export interface Wish {
    readonly type: string
    readonly attributes: Record<string, unknown>
    readonly relationships?: Record<string, Item | readonly Item[]>
  }
  export function api(options: {
    issuerId: string
    apiKey: string
    privateKey: string
    fetch: typeof import('undici').fetch
  }): Promise<{
    read(url: string): Promise<Answer<Item>>
    readAll(url: string): Promise<Answer<Item[]>>
    create(wish: Wish): Promise<Item>
    update(item: Item, change: { attributes: Record<string, unknown> }): Promise<Item>
    remove(item: Item): Promise<unknown>
  }>
}
