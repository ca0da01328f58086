import { CopyLine } from '../../../ui/copy.tsx'

/** The command that starts a build by hand. */
export function StartExample({ appName }: { readonly appName: string }) {
  return (
    <div className="text-left">
      <CopyLine text={`cordon run --app ${quoted(appName)} -- fastlane beta`} label="Copy" />
    </div>
  )
}

function quoted(name: string): string {
  return /^[\w.-]+$/.test(name) ? name : `'${name.replaceAll("'", `'\\''`)}'`
}
