import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api, get } from "../api/client";
import { Button } from "../design/Button";
import { Field } from "../design/Field";
import { fieldError, ProblemNotice } from "../design/Notice";
import { Sheet, SheetForm } from "../design/Sheet";
import { Providers } from "./SignIn";

/** Where an invitation leads: its code stands behind the #. */
export function Welcome() {
  const [code, setCode] = useState(() => location.hash.slice(1));
  const [password, setPassword] = useState("");
  const navigate = useNavigate();
  const accept = useMutation({
    mutationFn: () => get(api.POST("/api/invitations/accept", { body: { code, password } })),
    onSuccess: () => navigate({ to: "/" }),
  });
  return (
    <Sheet
      title="Welcome to Portico"
      intro="Choose how you come in: by your company's sign-in, or by a password that nobody else knows."
    >
      {code !== "" && <Providers invitation={code} act="Link my account to" />}
      <SheetForm onSend={() => accept.mutate()}>
        <Field
          label="Invitation"
          className="mono"
          autoComplete="off"
          spellCheck={false}
          value={code}
          error={fieldError(accept.error, "code")}
          onChange={(e) => setCode(e.currentTarget.value)}
        />
        <Field
          label="Password"
          type="password"
          autoComplete="new-password"
          autoFocus
          value={password}
          help="12 characters or more. A few words with blanks between them make a good one."
          error={fieldError(accept.error, "password")}
          onChange={(e) => setPassword(e.currentTarget.value)}
        />
        <ProblemNotice problem={accept.error} fields={["code", "password"]} />
        <Button kind="main" type="submit" busy={accept.isPending}>
          Set the password
        </Button>
      </SheetForm>
    </Sheet>
  );
}
