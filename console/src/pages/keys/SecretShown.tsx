import { Button } from "../../design/Button";
import { Dialog } from "../../design/Dialog";
import { Secret } from "../../design/Secret";
import classes from "./KeysPage.module.css";

/** A secret, this once, with a call that uses it. */
export function SecretShown({ title, secret, onClose }: { title: string; secret: string; onClose: () => void }) {
  const curl = `curl ${location.origin}/v1/models \\\n  -H "Authorization: Bearer ${secret}"`;
  return (
    <Dialog
      wide
      title={title}
      onClose={onClose}
      onSend={onClose}
      actions={
        <Button kind="main" type="submit">
          I have it
        </Button>
      }
    >
      <p className="muted">This is its secret. It is shown this once and kept nowhere: copy it to where it belongs.</p>
      <Secret text={secret} label="secret" />
      <p className="muted">What it may call:</p>
      <pre className={`${classes.curl} mono`}>{curl}</pre>
    </Dialog>
  );
}
