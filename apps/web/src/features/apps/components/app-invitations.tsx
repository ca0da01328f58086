import { type App, ASSIGNABLE_ROLES } from '@cordon/api/apps/schema'
import { useState } from 'react'
import { InvitationTable } from '../../../shared/invitation-table.tsx'
import { InviteDialog } from '../../../shared/invite-dialog.tsx'
import { APP_ROLE_HELP, ROLE_NAMES } from '../../../shared/roles.ts'
import { Button } from '../../../ui/button.tsx'
import { Section } from '../../../ui/card.tsx'
import { useAppInvitations } from '../api/app-invitations.ts'
import { inviteMember } from '../api/invite-member.ts'
import { revokeAppInvitation } from '../api/revoke-app-invitation.ts'

const ROLES = ASSIGNABLE_ROLES.map((value) => ({ value, label: ROLE_NAMES[value], help: APP_ROLE_HELP[value] }))

/** Open invitations to the team, and a way to make one. */
export function AppInvitations({ app }: { readonly app: App }) {
  const pages = useAppInvitations(app.id, true)
  const [inviting, setInviting] = useState(false)
  return (
    <Section
      title="Invitations"
      description="Membership starts when the invited person accepts."
      actions={
        <Button kind="primary" onClick={() => setInviting(true)}>
          Invite
        </Button>
      }
      flush
    >
      <InvitationTable pages={pages} revoke={(invitationId) => revokeAppInvitation(app.id, invitationId)} />
      {inviting && (
        <InviteDialog
          title={`Invite to ${app.name}`}
          roles={ROLES}
          initialRole="developer"
          invite={(body) => inviteMember(app.id, body)}
          onClose={() => setInviting(false)}
        />
      )}
    </Section>
  )
}
