import { defineErrors, details } from '@cordon/core/errors'

/** What the control API refuses. */
export const controlErrors = defineErrors('simulator', {
  bad_request: {
    status: 400,
    title: 'The control request is not valid',
    remedy: 'Correct the named field; docs/simulator.md lists what each control request takes.',
    details: details<{ field: string; accepted: string }>(),
  },
  unknown_thing: {
    status: 404,
    title: 'The simulator does not know this',
    remedy: 'Use an id that the simulator gave out; GET /_simulator/state lists all.',
    details: details<{ kind: string; id: string }>(),
  },
  refused: {
    status: 409,
    title: "A rule of Apple's forbids this",
    remedy: 'Change the seed so that it obeys the rule in the detail.',
    details: details<{ at: string }>(),
  },
})
