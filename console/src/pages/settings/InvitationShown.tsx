import type { Schemas } from "../../api/client";
import { Button } from "../../design/Button";
import { Dialog } from "../../design/Dialog";
import { fullTime } from "../../design/format";
import { Secret } from "../../design/Secret";
import { useZone } from "../../design/zone";

/** The link of an invitation, this once. */
export function InvitationShown({ of: invited, onClose }: { of: Schemas["Invited"]; onClose: () => void }) {
  const [zone] = useZone();
  return (
    <Dialog
      wide
      title={`Invitation of ${invited.account.name}`}
      onClose={onClose}
      onSend={onClose}
      actions={
        <Button kind="main" type="submit">
          I have it
        </Button>
      }
    >
      <p className="muted">
        Whoever opens this link sets the password of {invited.account.email}: give it to this person alone. It is shown this once
        and good until {fullTime(invited.expires_at, zone)}.
      </p>
      <Secret text={`${location.origin}/console/welcome#${invited.code}`} label="link" />
    </Dialog>
  );
}
