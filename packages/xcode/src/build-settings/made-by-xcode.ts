/**
 * Settings whose value depends on the building machine, its Xcode or the profile, so that they are never empty there
 * and cannot be known here. Source: Xcode's build settings reference and Swift Build, commit 41aee626.
 */
const MADE_BY_XCODE = [
  /^(?:HOME|USER|UID|GID|GROUP|LOGNAME|INSTALL_(?:OWNER|GROUP)|ALTERNATE_(?:OWNER|GROUP))$/,
  /^(?:SDK|XCODE|MAC_OS_X|DEVELOPER|TOOLCHAIN)_/,
  /^PLATFORM_(?:FAMILY|PREFERRED|PRODUCT)_/,
  /^(?:TOOLCHAINS|PATH|LANG|SHELL|TMPDIR)$/,
  /(?:_DIR|_DIRS|_ROOT|ROOT|_FOLDER_PATH|_FILE_PATH|_BUILD_DIR)$/,
  /^(?:ARCHS|ARCHS_|NATIVE_ARCH|CURRENT_ARCH|CURRENT_VARIANT|VALID_ARCHS|HOST_)/,
  /^(?:INFOPLIST_PATH|EXECUTABLE_PATH|FULL_PRODUCT_PATH|CODESIGNING_|EXPANDED_)/,
  /_DEPLOYMENT_TARGET$/,
  /^(?:AppIdentifierPrefix|TeamIdentifierPrefix)$/,
]

/** Says whether a setting that no file defines has a value all the same once Xcode builds. */
export function isMadeByXcode(name: string): boolean {
  return MADE_BY_XCODE.some((pattern) => pattern.test(name))
}
