import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, get } from "../../api/client";
import { Button } from "../../design/Button";
import { Dialog } from "../../design/Dialog";
import { Field } from "../../design/Field";
import { fieldError, ProblemNotice } from "../../design/Notice";
import { Secret } from "../../design/Secret";
import { GrantsField, useFirstSets, whyNotYet } from "./GrantsField";
import { grantsOf } from "./grants";
import { tokensQuery } from "./queries";

/** Makes an admin token, then shows its secret this once. */
export function NewToken({ onClose }: { onClose: (made?: string) => void }) {
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [sets, setSets] = useState(useFirstSets());
  const make = useMutation({
    mutationFn: () => get(api.POST("/api/admin-tokens", { body: { name, grants: grantsOf(sets) } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: tokensQuery.queryKey }),
  });
  if (make.data !== undefined)
    return (
      <Dialog
        wide
        title={`Token ${name}`}
        onClose={() => onClose(make.data.id)}
        onSend={() => onClose(make.data.id)}
        actions={
          <Button kind="main" type="submit">
            I have it
          </Button>
        }
      >
        <p className="muted">This is its secret. It is shown this once and kept nowhere: copy it to where it belongs.</p>
        <Secret text={make.data.secret} label="secret" />
      </Dialog>
    );
  return (
    <Dialog
      title="New admin token"
      onClose={() => onClose()}
      onSend={() => make.mutate()}
      actions={
        <>
          <Button onClick={() => onClose()}>Cancel</Button>
          <Button kind="main" type="submit" busy={make.isPending} why={whyNotYet(sets)}>
            Make the token
          </Button>
        </>
      }
    >
      <Field
        label="Name"
        help="Who or what it is for, as terraform or nightly-report."
        autoFocus
        value={name}
        error={fieldError(make.error, "name")}
        onChange={(e) => setName(e.currentTarget.value)}
      />
      <GrantsField sets={sets} onChange={setSets} error={fieldError(make.error, "grants")} />
      <ProblemNotice problem={make.error} fields={["name", "grants"]} />
    </Dialog>
  );
}
