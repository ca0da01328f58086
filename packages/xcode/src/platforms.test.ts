import { describe, expect, it } from 'vitest'
import { platformOfSdk, platformsIn } from './platforms.ts'

describe('the platform of an SDK', () => {
  it.each([
    ['iphoneos', 'iphoneos'],
    ['iphoneos18.0', 'iphoneos'],
    ['iphonesimulator', 'iphoneos'],
    ['macosx10.15', 'macosx'],
    ['/Applications/Xcode.app/Contents/SDKs/MacOSX15.sdk', 'macosx'],
    ['watchos', 'watchos'],
    ['appletvos', 'appletvos'],
    ['xros', 'xros'],
    ['driverkit', 'driverkit'],
    ['auto', undefined],
    ['', undefined],
  ])('%s: %s', (sdk, platform) => {
    expect(platformOfSdk(sdk)).toBe(platform)
  })

  it('a list counts each once, devices first in the order of preference', () => {
    expect(platformsIn('macosx iphonesimulator  iphoneos xrsimulator')).toEqual(['iphoneos', 'xros', 'macosx'])
  })
})
