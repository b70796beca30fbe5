import { useEffect, useRef, useState } from "react";
import { api, get, type Schemas } from "../api/client";
import { useOpen } from "../api/session";
import { Button } from "../design/Button";
import { ProblemNotice } from "../design/Notice";
import { Sheet } from "../design/Sheet";

/** What the provider led back with. It goes out of the address at once: it is used this once and is nobody's business. */
function takeAnswer(): Schemas["CompleteBody"] {
  const query = new URLSearchParams(location.search);
  const body: Schemas["CompleteBody"] = {};
  for (const name of ["code", "state", "iss", "error"] as const) {
    const value = query.get(name);
    if (value !== null) body[name] = value;
  }
  history.replaceState(null, "", location.pathname);
  return body;
}

/** The end of a sign-in by an identity provider. */
export function SignInReturn() {
  const [answer] = useState(takeAnswer);
  const open = useOpen((body: Schemas["CompleteBody"]) => get(api.POST("/api/sign-in/complete", { body })));
  const sent = useRef(false);
  const send = open.mutate;
  useEffect(() => {
    // Once, whatever React does with effects: the second use finds nothing.
    if (sent.current) return;
    sent.current = true;
    send(answer, { onSuccess: ({ return_to }) => location.replace(return_to ?? "/console") });
  }, [answer, send]);
  return (
    <Sheet title={open.error === null ? "Signing in" : "You are not signed in"}>
      {open.error !== null && (
        <>
          <ProblemNotice problem={open.error} />
          <Button kind="main" onClick={() => location.replace("/console")}>
            Back to the sign-in
          </Button>
        </>
      )}
    </Sheet>
  );
}
