import { defineErrors, details } from '@cordon/core/errors'

/** What serving Apple's host names refuses. */
export const hostErrors = defineErrors('simulator', {
  open_folder: {
    status: 400,
    title: "The folder for the simulator's certificate authority is open to others",
    remedy: 'Run chmod 700 on the folder, or name another one with --ca-folder.',
    details: details<{ folder: string }>(),
  },
})
