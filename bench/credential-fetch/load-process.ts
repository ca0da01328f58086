// The sender in a process of its own: takes plans over the channel of `fork` and answers with results.

import { type LoadPlan, sendLoad } from './load.ts'

process.on('message', (plan: LoadPlan) => {
  sendLoad(plan).then(
    (result) => process.send?.({ result }),
    (error: Error) => process.send?.({ error: error.stack }),
  )
})
