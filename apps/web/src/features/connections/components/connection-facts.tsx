import type { Connection } from '@cordon/api/connections/schema'
import type { ReactNode } from 'react'
import { Facts } from '../../../ui/facts.tsx'
import { Ago } from '../../../ui/time.tsx'

type Summary = Connection['summary']

/** What is known of a connection. */
export function ConnectionFacts({
  connection: { summary, health, lastUsedAt, createdAt, keyReplacedAt },
}: {
  readonly connection: Connection
}) {
  return (
    <Facts
      facts={{
        ...(summary.kind === 'apple_id' ? appleIdFacts(summary) : keyFacts(summary)),
        'Last checked': health.checkedAt === null ? 'Never' : <Ago at={health.checkedAt} />,
        'Last used': lastUsedAt === null ? 'Never' : <Ago at={lastUsedAt} />,
        Added: <Ago at={createdAt} />,
        'Key replaced': keyReplacedAt === null || summary.kind === 'apple_id' ? '' : <Ago at={keyReplacedAt} />,
      }}
    />
  )
}

function keyFacts({ keyId, issuerId, teamId, role }: Exclude<Summary, { kind: 'apple_id' }>) {
  return {
    'Key ID': mono(keyId),
    'Issuer ID': mono(issuerId),
    Team: mono(teamId),
    Role: capitalised(role ?? ''),
  }
}

function appleIdFacts({ accountName, teams, hasAppSpecificPassword }: Extract<Summary, { kind: 'apple_id' }>) {
  return {
    'Apple ID': <span className="wrap-anywhere">{accountName}</span>,
    [teams.length === 1 ? 'Team' : 'Teams']: teams.length === 0 ? 'None that Apple tells of' : <Teams teams={teams} />,
    'App-specific password': hasAppSpecificPassword ? 'Stored' : 'None',
  }
}

function Teams({ teams }: { readonly teams: Extract<Summary, { kind: 'apple_id' }>['teams'] }) {
  return (
    <ul>
      {teams.map(({ teamId, name }) => (
        <li key={teamId} className="break-words">
          {name} <span className="text-ink-soft">{mono(teamId)}</span>
        </li>
      ))}
    </ul>
  )
}

function mono(text: string | null): ReactNode {
  return text === null ? '' : <code className="font-mono text-sm wrap-anywhere">{text}</code>
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
