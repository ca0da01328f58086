import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Button } from './button.tsx'

const SHOWN_MS = 2_000

interface CopyButtonProps {
  readonly text: string
  /** What is copied: `Copy build URL`. */
  readonly label: string
  readonly iconOnly?: boolean
}

/** Copies a text and says so. */
export function CopyButton({ text, label, iconOnly = false }: CopyButtonProps) {
  const [state, setState] = useState<'idle' | 'copied' | 'refused'>('idle')
  useEffect(() => {
    if (state === 'idle') return
    const timer = setTimeout(() => setState('idle'), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [state])

  function copy(): void {
    navigator.clipboard.writeText(text).then(
      () => setState('copied'),
      () => setState('refused'),
    )
  }

  return (
    <Button size={iconOnly ? 'icon' : 'small'} kind={iconOnly ? 'quiet' : 'secondary'} onClick={copy}>
      {state === 'copied' ? <Check aria-hidden="true" className="text-accent" /> : <Copy aria-hidden="true" />}
      <span className={iconOnly ? 'sr-only' : ''} aria-live="polite">
        {{ idle: label, copied: 'Copied', refused: 'Select it and copy' }[state]}
      </span>
    </Button>
  )
}

/** A text to copy, in a box that wraps rather than scrolls. */
export function CopyLine({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    <div className="flex items-center gap-2 rounded-lg border border-line bg-sunken py-1 pr-1 pl-3">
      <code className="min-w-0 flex-1 select-all wrap-anywhere font-mono text-sm">{text}</code>
      <CopyButton text={text} label={label} iconOnly />
    </div>
  )
}
