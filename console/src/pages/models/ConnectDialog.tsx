import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, get } from "../../api/client";
import { Button } from "../../design/Button";
import { Dialog } from "../../design/Dialog";
import { Fields } from "../../design/Form";
import { count } from "../../design/format";
import { Notice, ProblemNotice } from "../../design/Notice";
import { CredentialFields, formOf, MoreFields, PlaceFields } from "./ConnectionFields";
import { bodyOf, type Draft, formFields, missing, newDraft } from "./connect";
import { type Checked, familiesQuery, useHubChanged } from "./models";

/** Connects a provider: tried first, saved then. */
export function ConnectDialog({ onClose }: { onClose: (made?: string) => void }) {
  const families = useQuery(familiesQuery);
  const changed = useHubChanged();
  const [draft, setDraft] = useState<Draft>(newDraft);
  const form = formOf(draft, families.data ?? []);
  const body = () => bodyOf(draft, form);
  const check = useMutation({
    mutationFn: async () => await get(api.POST("/api/connections/check", { body: body() })),
  });
  const save = useMutation({
    mutationFn: () => get(api.POST("/api/connections", { body: body() })),
    onSuccess: async (made) => {
      await changed();
      onClose(made.id);
    },
  });
  const change = (next: Draft) => {
    setDraft(next);
    // What was tried is not what would be saved any more.
    check.reset();
    save.reset();
  };
  const lacks = missing(form, draft.fields);
  const why =
    draft.service === ""
      ? "Choose a provider first"
      : draft.baseUrl.trim() === ""
        ? "Give its address first"
        : lacks.length > 0
          ? "Give the credential first"
          : undefined;
  const problem = save.error ?? check.error;
  const props = { draft, families: families.data ?? [], problem, onChange: change };
  const tried = check.data;
  return (
    <Dialog
      wide
      title="Connect a provider"
      onClose={() => onClose()}
      onSend={() => (why !== undefined ? undefined : tried?.works ? save.mutate() : check.mutate())}
      actions={
        <>
          <Button onClick={() => onClose()}>Cancel</Button>
          {tried !== undefined && !tried.works && (
            <Button onClick={() => save.mutate()} busy={save.isPending}>
              Save it all the same
            </Button>
          )}
          {tried?.works ? (
            <Button kind="main" type="submit" busy={save.isPending}>
              Save connection
            </Button>
          ) : (
            <Button kind="main" type="submit" busy={check.isPending} why={why}>
              {tried === undefined ? "Test connection" : "Test again"}
            </Button>
          )}
        </>
      }
    >
      <Fields>
        <ProblemNotice problem={families.error} />
        <PlaceFields {...props} />
        {draft.service !== "" && (
          <>
            <CredentialFields {...props} />
            <MoreFields {...props} />
          </>
        )}
        <Tried result={tried} name={draft.service} />
        <ProblemNotice problem={problem} fields={formFields} />
      </Fields>
    </Dialog>
  );
}

/** What came of asking a provider for its models. */
export function Tried({ result, name, isSaved = false }: { result: Checked | undefined; name: string; isSaved?: boolean }) {
  if (result === undefined) return null;
  if (!result.works)
    return (
      <Notice state="failed" title={`${name} did not list its models`}>
        {result.problem}
      </Notice>
    );
  const some = result.offered.slice(0, 3).map((o) => o.name);
  const rest = result.offered.length - some.length;
  return (
    <Notice
      state="good"
      title={`${name} answers: ${count(result.offered.length)} ${result.offered.length === 1 ? "model" : "models"}, in ${count(result.duration_ms)} ms`}
    >
      {some.length === 0
        ? "It offers none yet."
        : `${some.join(", ")}${rest > 0 ? ` and ${count(rest)} more` : ""}.${isSaved ? "" : " Save it, then choose which to add."}`}
    </Notice>
  );
}
