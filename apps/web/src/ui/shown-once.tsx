import { Eye, EyeOff } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { Alert } from './alert.tsx'
import { Button } from './button.tsx'
import { CopyButton } from './copy.tsx'

interface ShownOnceProps {
  readonly text: string
  /** What it is: `trigger token`, `invitation link`. */
  readonly what: string
  readonly advice: ReactNode
}

/** A secret that the server shows this one time: masked until somebody asks to see it, and ready to be copied. */
export function ShownOnce({ text, what, advice }: ShownOnceProps) {
  const [visible, setVisible] = useState(false)
  const Icon = visible ? EyeOff : Eye
  return (
    <div className="grid gap-3">
      <Alert tone="warning" live="status" title={`This ${what} is shown only now`}>
        <p>{advice}</p>
      </Alert>
      <div className="grid gap-2 rounded-lg border border-line bg-sunken p-2.5">
        <code className="min-w-0 px-1 py-0.5 font-mono text-sm wrap-anywhere" data-secret={what}>
          {visible ? text : '•'.repeat(24)}
        </code>
        <div className="flex flex-wrap gap-2">
          <Button size="small" aria-pressed={visible} onClick={() => setVisible(!visible)}>
            <Icon aria-hidden="true" />
            {visible ? 'Hide' : 'Show'}
          </Button>
          <CopyButton text={text} label={`Copy ${what}`} />
        </div>
      </div>
    </div>
  )
}
