/** What a signed target is in the finished app. */
export type TargetRole =
  | 'app'
  | 'app-clip'
  | 'watch-app'
  | 'watch-extension'
  | 'messages-app'
  | 'extension'
  | 'system-extension'
  | 'driver-extension'
  | 'xpc-service'
  | 'ui-tests'

interface ProductType {
  /** Wrapper of the product, without the dot. */
  readonly wrapper: string
  /** Set for what is signed on its own. */
  readonly role?: TargetRole
}

const PREFIX = 'com.apple.product-type.'

/** Xcode's product types, without their common prefix; those without a role are signed as part of what embeds them. */
const PRODUCT_TYPES: ReadonlyMap<string, ProductType> = new Map([
  ['application', { wrapper: 'app', role: 'app' }],
  ['application.on-demand-install-capable', { wrapper: 'app', role: 'app-clip' }],
  ['application.watchapp', { wrapper: 'app', role: 'watch-app' }],
  ['application.watchapp2', { wrapper: 'app', role: 'watch-app' }],
  ['application.watchapp2-container', { wrapper: 'app', role: 'app' }],
  ['application.messages', { wrapper: 'app', role: 'messages-app' }],
  ['watchkit-extension', { wrapper: 'appex', role: 'watch-extension' }],
  ['watchkit2-extension', { wrapper: 'appex', role: 'watch-extension' }],
  ['app-extension', { wrapper: 'appex', role: 'extension' }],
  ['app-extension.messages', { wrapper: 'appex', role: 'extension' }],
  ['app-extension.messages-sticker-pack', { wrapper: 'appex', role: 'extension' }],
  ['app-extension.intents-service', { wrapper: 'appex', role: 'extension' }],
  ['extensionkit-extension', { wrapper: 'appex', role: 'extension' }],
  ['tv-app-extension', { wrapper: 'appex', role: 'extension' }],
  ['tv-broadcast-extension', { wrapper: 'appex', role: 'extension' }],
  ['xcode-extension', { wrapper: 'appex', role: 'extension' }],
  ['system-extension', { wrapper: 'systemextension', role: 'system-extension' }],
  ['driver-extension', { wrapper: 'dext', role: 'driver-extension' }],
  ['xpc-service', { wrapper: 'xpc', role: 'xpc-service' }],
  ['bundle.ui-testing', { wrapper: 'xctest', role: 'ui-tests' }],
  ['bundle.unit-test', { wrapper: 'xctest' }],
  ['bundle', { wrapper: 'bundle' }],
  ['framework', { wrapper: 'framework' }],
  ['framework.static', { wrapper: 'framework' }],
] satisfies [string, ProductType][])

const NOTHING: Partial<ProductType> = {}

/** What Cordon knows of a product type such as `com.apple.product-type.app-extension`. */
export function productTypeOf(identifier: string | undefined): Partial<ProductType> {
  if (identifier === undefined || !identifier.startsWith(PREFIX)) return NOTHING
  return PRODUCT_TYPES.get(identifier.slice(PREFIX.length)) ?? NOTHING
}
