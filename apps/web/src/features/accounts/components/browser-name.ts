import Bowser from 'bowser'

/** A browser and its system in words, such as `Firefox 131 on macOS`; other programs by the name they give themselves. */
export function browserName(userAgent: string): string {
  const { browser, os } = Bowser.parse(userAgent || 'unknown')
  if (browser.name === undefined || browser.name === '' || os.name === undefined) {
    return userAgent.split(/[/\s]/, 1)[0] || 'Unknown'
  }
  const major = browser.version?.split('.')[0]
  return `${[browser.name, major].filter(Boolean).join(' ')} on ${os.name}`
}
