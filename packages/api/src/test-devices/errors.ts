import { defineErrors, details } from '@cordon/core/errors'

export const testDeviceErrors = defineErrors('test_device', {
  not_found: { status: 404, title: 'There is no such test device', remedy: 'Check the list of your test devices.' },
  already_added: {
    status: 409,
    title: 'You have added this device already',
    remedy: 'Remove the other entry first if you want another title.',
    details: details<{ testDeviceId: string; title: string }>(),
  },
})
