import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, get, type Schemas } from "../../api/client";
import { keysQuery, useCasesQuery } from "../../api/lists";
import { Button } from "../../design/Button";
import { Choice } from "../../design/Choice";
import { Dialog } from "../../design/Dialog";
import { Field } from "../../design/Field";
import { fieldError, ProblemNotice } from "../../design/Notice";
import { SecretShown } from "./SecretShown";

const ends = [
  { value: "30", label: "In 30 days" },
  { value: "90", label: "In 90 days" },
  { value: "365", label: "In a year" },
  { value: "", label: "Never" },
];

/** Makes a key, then shows its secret this once. */
export function NewKey({ onClose }: { onClose: (made?: string) => void }) {
  const queries = useQueryClient();
  const useCases = useQuery(useCasesQuery);
  const [name, setName] = useState("");
  const [useCase, setUseCase] = useState("");
  const [days, setDays] = useState("90");
  const chosen = useCase || (useCases.data?.[0]?.id ?? "");
  const make = useMutation({
    mutationFn: () => {
      const body: Schemas["KeyDraft"] = { name, use_case_id: chosen };
      if (days !== "") body.expires_at = new Date(Date.now() + Number(days) * 86_400_000).toISOString();
      return get(api.POST("/api/keys", { body }));
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: keysQuery.queryKey }),
  });
  if (make.data !== undefined)
    return (
      <SecretShown
        title={`Key ${make.data.key.name}`}
        secret={make.data.secret ?? ""}
        onClose={() => onClose(make.data.key.id)}
      />
    );
  return (
    <Dialog
      title="New key"
      onClose={() => onClose()}
      onSend={() => make.mutate()}
      actions={
        <>
          <Button onClick={() => onClose()}>Cancel</Button>
          <Button kind="main" type="submit" busy={make.isPending}>
            Make the key
          </Button>
        </>
      }
    >
      <Field
        label="Name"
        help="Where it will lie, as crm-sync-prod."
        autoFocus
        value={name}
        error={fieldError(make.error, "name")}
        onChange={(e) => setName(e.currentTarget.value)}
      />
      <Choice
        label="Use case"
        help="Its budgets and limits hold, and its workspace's."
        options={(useCases.data ?? []).map((u) => ({ value: u.id ?? "", label: u.name ?? "" }))}
        value={chosen}
        error={fieldError(make.error, "use_case_id")}
        onChange={(e) => setUseCase(e.currentTarget.value)}
      />
      <Choice
        label="Expires"
        options={ends}
        value={days}
        error={fieldError(make.error, "expires_at")}
        onChange={(e) => setDays(e.currentTarget.value)}
      />
      <ProblemNotice problem={make.error} fields={["name", "use_case_id", "expires_at"]} />
    </Dialog>
  );
}
