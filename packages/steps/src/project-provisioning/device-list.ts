import { readFile } from 'node:fs/promises'
import type { TestDevice } from '../build-connection/portal-data.ts'
import { invalid } from '../inputs.ts'
import type { StepContext } from '../step.ts'
import type { ProjectInputs } from './inputs.ts'

const MAX_LENGTH = 1_000_000

/**
 * Reads a file of test devices: UDIDs with commas or line breaks between them. A name may follow after a tab, as in Apple's file for
 * registering several devices at once; lines that begin with `#` say nothing. What is no UDID is told later, by its text.
 */
export async function readDeviceList(path: string): Promise<readonly TestDevice[]> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw invalid('test_device_list_path', 'the path of a text file that can be read')
  })
  if (text.length > MAX_LENGTH) throw invalid('test_device_list_path', `a file of at most ${MAX_LENGTH} characters`)
  return parseDeviceList(text)
}

/** The devices in the text of such a file. Those without a name are called "Device 1", "Device 2" and so on. */
export function parseDeviceList(text: string): readonly TestDevice[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/[\r\n,]+/)
    .map((entry) => entry.split('\t').map((cell) => cell.trim()))
    .filter(([udid = '']) => udid !== '' && !udid.startsWith('#') && !/^device ?(id|udid)s?$/i.test(udid))
    .map(([udid = '', name = ''], index) => ({ udid, name: name === '' ? `Device ${index + 1}` : name }))
}

/** The devices that may be registered: those of the file if there is one, else those of the build server. */
export async function testDevicesFor(
  { testDeviceListPath: path, registerTestDevices }: Pick<ProjectInputs, 'testDeviceListPath' | 'registerTestDevices'>,
  { testDevices }: { readonly testDevices: readonly TestDevice[] },
  { warn }: Pick<StepContext, 'warn'>,
): Promise<readonly TestDevice[]> {
  if (path === '') return testDevices
  if (!registerTestDevices) warn('test_device_list_path has no effect, because register_test_devices is "no"')
  return readDeviceList(path)
}
