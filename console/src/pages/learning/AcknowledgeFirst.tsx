import { useEffect } from "react";
import { useMe, useSignOut } from "../../api/session";
import { Button } from "../../design/Button";
import { Mark } from "../../design/Icon";
import { Acknowledge } from "./Acknowledge";
import classes from "./Policy.module.css";

/** Where a rule demands the policy, whoever comes in reads it before anything else. The page that they wanted is behind it. */
export function AcknowledgeFirst() {
  const { data: me } = useMe();
  const signOut = useSignOut();
  useEffect(() => {
    document.title = "Acceptable use · Portico";
  }, []);
  return (
    <main className={classes.first}>
      <div className={classes.column}>
        <div className={classes.head}>
          <Mark />
          <b>Portico</b>
          <span className="muted">{me?.name}</span>
          <Button small kind="quiet" icon="leave" onClick={() => signOut.mutate()}>
            Sign out
          </Button>
        </div>
        <p className={`muted ${classes.intro}`}>
          Before you go on: your organisation asks everybody who uses AI here to read this and to accept it.
        </p>
        <Acknowledge />
      </div>
    </main>
  );
}
