import { defineErrors, details } from '@cordon/core/errors'

/** What stands in the way of listening. */
export const hostErrors = defineErrors('simulator', {
  open_folder: {
    status: 400,
    title: "The folder for the simulator's certificate authority is open to others",
    remedy: 'Run chmod 700 on the folder, or name another one with --ca-folder.',
    details: details<{ folder: string }>(),
  },
  port_in_use: {
    status: 409,
    title: 'Another program listens on the port',
    remedy: 'Stop it, or take another port with --port, --tls-port or --proxy-port; 0 takes a free one.',
    details: details<{ host: string; port: number }>(),
  },
})
