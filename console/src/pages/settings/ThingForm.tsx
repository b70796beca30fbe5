import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, get, type Schemas, tagOf } from "../../api/client";
import { organisationsQuery, useCasesQuery, workspacesQuery } from "../../api/lists";
import { Button } from "../../design/Button";
import { Choice } from "../../design/Choice";
import { Dialog } from "../../design/Dialog";
import { Field } from "../../design/Field";
import { fieldError, ProblemNotice } from "../../design/Notice";
import type { Thing } from "./settings";

export const responsesStates: { value: Schemas["ResponsesState"]; label: string; short: string }[] = [
  { value: "default", label: "Kept, unless a call says not to", short: "kept" },
  { value: "off", label: "Kept only where a call asks for it", short: "when asked" },
  { value: "forbidden", label: "Never kept", short: "never kept" },
];

const stages = ["draft", "staging", "canary", "production", "retired"].map((value) => ({ value, label: value }));

type Props = { onClose: (made?: string) => void } & (
  | { of: Thing; inside?: undefined }
  | { inside: Thing & { kind: "organisation" | "workspace" }; of?: undefined }
);

/** Makes a workspace or a use case, or changes what is there. */
export function ThingForm({ of: thing, inside, onClose }: Props) {
  const queries = useQueryClient();
  const kind = thing?.kind ?? (inside?.kind === "organisation" ? "workspace" : "use case");
  const useCase = thing?.kind === "use case" ? thing.of : undefined;
  const [name, setName] = useState(thing?.name ?? "");
  const [purpose, setPurpose] = useState(useCase?.purpose ?? "");
  const [owner, setOwner] = useState(useCase?.owner ?? "");
  const [stage, setStage] = useState(useCase?.stage ?? "draft");
  const [responses, setResponses] = useState<Schemas["ResponsesState"]>(
    thing?.kind === "workspace" ? thing.of.responses_state : "default",
  );
  const save = useMutation({
    mutationFn: async (): Promise<string> => {
      if (inside !== undefined)
        return inside.kind === "organisation"
          ? (await get(api.POST("/api/workspaces", { body: { organisation_id: inside.id, name } }))).id
          : (
              await get(
                api.POST("/api/use-cases", {
                  body: {
                    workspace_id: inside.id,
                    name,
                    ...(purpose === "" ? {} : { purpose }),
                    ...(owner === "" ? {} : { owner }),
                  },
                }),
              )
            ).id;
      const params = { path: { id: thing.id }, header: { "If-Match": tagOf(thing.of.version) } };
      if (thing.kind === "organisation") await get(api.PATCH("/api/organisations/{id}", { params, body: { name } }));
      else if (thing.kind === "workspace")
        await get(api.PATCH("/api/workspaces/{id}", { params, body: { name, responses_state: responses } }));
      else await get(api.PATCH("/api/use-cases/{id}", { params, body: { name, purpose, owner, stage } }));
      return thing.id;
    },
    onSuccess: async (id) => {
      for (const query of [organisationsQuery, workspacesQuery, useCasesQuery])
        await queries.invalidateQueries({ queryKey: query.queryKey });
      onClose(id);
    },
  });
  const error = (field: string) => fieldError(save.error, field);
  return (
    <Dialog
      title={inside === undefined ? `Change ${kind} ${thing.name}` : `New ${kind} in ${inside.name}`}
      onClose={() => onClose()}
      onSend={() => save.mutate()}
      actions={
        <>
          <Button onClick={() => onClose()}>Cancel</Button>
          <Button kind="main" type="submit" busy={save.isPending}>
            {inside === undefined ? `Save the ${kind}` : `Make the ${kind}`}
          </Button>
        </>
      }
    >
      <Field
        label="Name"
        autoFocus
        value={name}
        help={kind === "use case" ? "What AI is used for, as Contract review." : undefined}
        error={error("name")}
        onChange={(e) => setName(e.currentTarget.value)}
      />
      {kind === "workspace" && inside === undefined && (
        <Choice
          label="Responses of its callers"
          help="What the Responses API keeps for conversations."
          options={responsesStates}
          value={responses}
          error={error("responses_state")}
          onChange={(e) => setResponses(e.currentTarget.value as Schemas["ResponsesState"])}
        />
      )}
      {kind === "use case" && (
        <>
          <Field
            label="Purpose"
            value={purpose}
            help="A sentence that an auditor understands."
            error={error("purpose")}
            onChange={(e) => setPurpose(e.currentTarget.value)}
          />
          <Field
            label="Owner"
            value={owner}
            help="Who answers for it."
            error={error("owner")}
            onChange={(e) => setOwner(e.currentTarget.value)}
          />
          {inside === undefined && (
            <Choice
              label="Stage"
              options={stages}
              value={stage}
              error={error("stage")}
              onChange={(e) => setStage(e.currentTarget.value)}
            />
          )}
        </>
      )}
      <ProblemNotice problem={save.error} fields={["name", "purpose", "owner", "stage", "responses_state"]} />
    </Dialog>
  );
}
