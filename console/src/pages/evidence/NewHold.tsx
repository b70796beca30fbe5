import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, get, type Schemas } from "../../api/client";
import { peopleQuery } from "../../api/lists";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import { Choice } from "../../design/Choice";
import { Dialog } from "../../design/Dialog";
import { Field } from "../../design/Field";
import { fieldError, ProblemNotice } from "../../design/Notice";
import { TextArea } from "../../design/TextArea";
import { useWorkspaces } from "../../shell/workspace";
import { holdsQuery } from "./queries";

type Scope = Schemas["HoldScope"];

/** Puts a hold over a workspace, a person, or calls. */
export function NewHold({ onClose }: { onClose: (made?: string) => void }) {
  const queries = useQueryClient();
  const may = useMay();
  const workspaces = useWorkspaces();
  const people = useQuery({ ...peopleQuery, enabled: may("organisation.read") });
  const [name, setName] = useState("");
  const [reason, setReason] = useState("");
  const [scope, setScope] = useState<Scope>("workspace");
  const [one, setOne] = useState("");
  const [calls, setCalls] = useState("");
  const ids = scope === "call" ? calls.split(/\s+/).filter((id) => id !== "") : one === "" ? [] : [one];
  const make = useMutation({
    mutationFn: () => get(api.POST("/api/holds", { body: { name, reason, subjects: ids.map((id) => ({ scope, id })) } })),
    onSuccess: async (made) => {
      await queries.invalidateQueries({ queryKey: holdsQuery.queryKey });
      onClose(made.id);
    },
  });
  const choices = (scope === "workspace" ? workspaces.data : people.data) ?? [];
  return (
    <Dialog
      title="New legal hold"
      onClose={() => onClose()}
      onSend={() => make.mutate()}
      actions={
        <>
          <Button onClick={() => onClose()}>Cancel</Button>
          <Button kind="main" type="submit" busy={make.isPending}>
            Hold it
          </Button>
        </>
      }
    >
      <Field
        label="Name"
        help="The matter, as people know it."
        autoFocus
        value={name}
        error={fieldError(make.error, "name")}
        onChange={(e) => setName(e.currentTarget.value)}
      />
      <Choice
        label="Over"
        options={[
          { value: "workspace", label: "A workspace" },
          { value: "person", label: "A person" },
          { value: "call", label: "Calls" },
        ]}
        value={scope}
        onChange={(e) => {
          setScope(e.currentTarget.value as Scope);
          setOne("");
        }}
      />
      {scope === "call" ? (
        <TextArea
          label="Ids of the calls"
          help="call_…, one a line."
          isCode
          rows={3}
          value={calls}
          error={fieldError(make.error, "subjects")}
          onChange={(e) => setCalls(e.currentTarget.value)}
        />
      ) : (
        <Choice
          label={scope === "workspace" ? "Workspace" : "Person"}
          options={[{ value: "", label: "Choose one" }, ...choices.map((c) => ({ value: c.id, label: c.name }))]}
          value={one}
          error={fieldError(make.error, "subjects")}
          onChange={(e) => setOne(e.currentTarget.value)}
        />
      )}
      <Field
        label="Why"
        help="Kept with the hold."
        value={reason}
        error={fieldError(make.error, "reason")}
        onChange={(e) => setReason(e.currentTarget.value)}
      />
      <ProblemNotice problem={make.error} fields={["name", "subjects", "reason"]} />
    </Dialog>
  );
}
