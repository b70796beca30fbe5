import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useChanged } from "../../api/changes";
import { api, get, type Schemas, tagOf } from "../../api/client";
import { Button } from "../../design/Button";
import { Dialog } from "../../design/Dialog";
import { time } from "../../design/format";
import { ProblemNotice } from "../../design/Notice";
import { inDays, type KeyFields, KeyForm, keyFieldNames } from "./KeyForm";
import { type Key, listOf } from "./keys";

/** Changes what a key may and how long it works; its secret stays. */
export function EditKey({ of: key, onClose }: { of: Key; onClose: () => void }) {
  const changed = useChanged();
  const [fields, setFields] = useState<KeyFields>({
    name: key.name,
    ends: "same",
    routes: key.allowed_routes.join(", "),
    networks: key.networks.join(", "),
    keeps: key.keep_content ? "1" : "",
  });
  const change = useMutation({
    mutationFn: () => {
      const body: Schemas["KeyDraft"] = {
        name: fields.name,
        allowed_routes: listOf(fields.routes),
        networks: listOf(fields.networks),
        keep_content: fields.keeps === "1",
      };
      if (fields.ends === "never") body.never_expires = true;
      else if (fields.ends !== "same") body.expires_at = inDays(fields.ends);
      return get(
        api.PATCH("/api/keys/{id}", {
          // What somebody else changed meanwhile is not overwritten.
          params: { path: { id: key.id }, header: { "If-Match": tagOf(key.version) } },
          body,
        }),
      );
    },
    onSuccess: () => {
      onClose();
      return changed("keys");
    },
  });
  const now = key.expires_at === null ? "Never, as now" : `${time(key.expires_at, new Date())}, as now`;
  return (
    <Dialog
      title={`Edit key ${key.name}`}
      onClose={onClose}
      onSend={() => change.mutate()}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="main" type="submit" busy={change.isPending}>
            Save key
          </Button>
        </>
      }
    >
      <KeyForm
        fields={fields}
        problem={change.error}
        onChange={setFields}
        ends={[
          { value: "same", label: now },
          { value: "30", label: "In 30 days" },
          { value: "90", label: "In 90 days" },
          { value: "365", label: "In a year" },
          ...(key.expires_at === null ? [] : [{ value: "never", label: "Never" }]),
        ]}
      />
      <ProblemNotice problem={change.error} fields={keyFieldNames} />
    </Dialog>
  );
}
