import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useChanged } from "../../api/changes";
import { api, get, type Schemas } from "../../api/client";
import { useCasesQuery } from "../../api/lists";
import { Button } from "../../design/Button";
import { Choice } from "../../design/Choice";
import { Dialog } from "../../design/Dialog";
import { fieldError, ProblemNotice } from "../../design/Notice";
import { inDays, type KeyFields, KeyForm, keyFieldNames } from "./KeyForm";
import { listOf } from "./keys";
import { SecretShown } from "./SecretShown";

const ends = [
  { value: "30", label: "In 30 days" },
  { value: "90", label: "In 90 days" },
  { value: "365", label: "In a year" },
  { value: "", label: "Never" },
];

/** Makes a key, then shows its secret this once. */
export function NewKey({ workspace, onClose }: { workspace: string | undefined; onClose: (made?: string) => void }) {
  const changed = useChanged();
  const useCases = useQuery(useCasesQuery);
  const options = (useCases.data ?? []).filter((u) => workspace === undefined || u.workspace_id === workspace);
  const [fields, setFields] = useState<KeyFields>({ name: "", ends: "90", routes: "", networks: "", keeps: "" });
  const [useCase, setUseCase] = useState("");
  const chosen = useCase || (options[0]?.id ?? "");
  const make = useMutation({
    mutationFn: () => {
      const body: Schemas["KeyDraft"] = {
        name: fields.name,
        use_case_id: chosen,
        allowed_routes: listOf(fields.routes),
        networks: listOf(fields.networks),
        keep_content: fields.keeps === "1",
      };
      if (fields.ends !== "") body.expires_at = inDays(fields.ends);
      return get(api.POST("/api/keys", { body }));
    },
    onSuccess: () => changed("keys"),
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
      <KeyForm fields={fields} ends={ends} problem={make.error} onChange={setFields}>
        <Choice
          label="Use case"
          help="Its budgets and limits hold, and its workspace's."
          options={options.map((u) => ({ value: u.id, label: u.name }))}
          value={chosen}
          error={fieldError(make.error, "use_case_id")}
          onChange={(e) => setUseCase(e.currentTarget.value)}
        />
      </KeyForm>
      <ProblemNotice problem={make.error} fields={[...keyFieldNames, "use_case_id"]} />
    </Dialog>
  );
}
