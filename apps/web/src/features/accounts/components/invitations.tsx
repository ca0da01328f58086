import { INSTANCE_ROLES } from '@cordon/api/route'
import { useState } from 'react'
import { InvitationTable } from '../../../shared/invitation-table.tsx'
import { InviteDialog } from '../../../shared/invite-dialog.tsx'
import { INSTANCE_ROLE_HELP, ROLE_NAMES } from '../../../shared/roles.ts'
import { Button } from '../../../ui/button.tsx'
import { Section } from '../../../ui/card.tsx'
import { useInvitations } from '../api/invitations.ts'
import { invite } from '../api/invite.ts'
import { revokeInvitation } from '../api/revoke-invitation.ts'

const ROLES = INSTANCE_ROLES.map((value) => ({ value, label: ROLE_NAMES[value], help: INSTANCE_ROLE_HELP[value] }))

/** Open invitations to the instance, and a way to make one. */
export function Invitations() {
  const pages = useInvitations()
  const [inviting, setInviting] = useState(false)
  return (
    <Section
      title="Open invitations"
      description="Links to come in as a person of this instance. To invite somebody to an app, use its Team tab."
      actions={
        <Button kind="primary" onClick={() => setInviting(true)}>
          Invite
        </Button>
      }
      flush
    >
      <InvitationTable pages={pages} revoke={revokeInvitation} />
      {inviting && (
        <InviteDialog
          title="Invite somebody"
          roles={ROLES}
          initialRole="member"
          invite={invite}
          onClose={() => setInviting(false)}
        />
      )}
    </Section>
  )
}
