import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, get, Problem, tagOf } from "../../api/client";
import { connectionsQuery } from "../../api/lists";
import { Button } from "../../design/Button";
import { Changes, Conflict } from "../../design/Changes";
import { changesOf, over, type Said } from "../../design/changes";
import { Dialog } from "../../design/Dialog";
import { Fields, Group } from "../../design/Form";
import { ProblemNotice } from "../../design/Notice";
import { Tried } from "./ConnectDialog";
import { MoreFields, PlaceFields } from "./ConnectionFields";
import { changeOf, type Draft, draftOf, formFields } from "./connect";
import { type Connection, familiesQuery, useHubChanged } from "./models";

const said: Said<Draft>[] = [
  ["Name", (d) => d.name],
  ["Address", (d) => d.baseUrl],
  ["Version of the API", (d) => d.preset || "none"],
  ["Trains on data", (d) => d.trains || "as the cards say"],
  ["Keeps it for", (d) => (d.retentionDays === "" ? "as the cards say" : `${d.retentionDays} days`)],
  ["Processes it in", (d) => d.region || "as the cards say"],
  ["Time to connect", (d) => `${d.connectMs} ms`],
  ["To the first byte", (d) => `${d.firstByteMs} ms`],
  ["Between parts", (d) => `${d.idleMs} ms`],
  ["Headers", (d) => d.headers || "none"],
  ["Responses API", (d) => (d.responses ? "on" : "off")],
  ["Own batches", (d) => (d.providerBatches ? "on" : "off")],
  ["Special addresses", (d) => (d.special ? "allowed" : "refused")],
];

/** Changes a connection; what is changed is shown, and tried on wish, before it is saved. */
export function EditConnection({ connection, onClose }: { connection: Connection; onClose: () => void }) {
  const queries = useQueryClient();
  const changed = useHubChanged();
  const families = useQuery(familiesQuery);
  /** The version that the change is made on. */
  const [base, setBase] = useState(connection);
  const [draft, setDraft] = useState<Draft>();
  const known = families.data ?? [];
  const before = draftOf(base, known);
  const now = draft ?? before;
  const body = () => changeOf(before, now);
  const path = { path: { id: base.id } };
  const check = useMutation({
    mutationFn: async () => await get(api.POST("/api/connections/{id}/check", { params: path, body: body() })),
  });
  const save = useMutation({
    mutationFn: () =>
      get(api.PATCH("/api/connections/{id}", { params: { ...path, header: { "If-Match": tagOf(base.version) } }, body: body() })),
    onSuccess: async () => {
      onClose();
      await changed();
    },
  });
  const isMoved = save.error instanceof Problem && save.error.status === 412;
  const theirs = useQuery({
    queryKey: ["connections", "one", base.id, save.failureCount, save.submittedAt],
    enabled: isMoved,
    queryFn: async ({ signal }) => await get(api.GET("/api/connections/{id}", { params: path, signal })),
  });
  const go = (next: Connection, kept: Draft | undefined) => {
    setBase(next);
    setDraft(kept);
    save.reset();
    void queries.invalidateQueries({ queryKey: connectionsQuery.queryKey });
  };
  const changes = changesOf(before, now, said);
  const problem = isMoved ? null : (save.error ?? check.error);
  const change = (next: Draft) => {
    setDraft(next);
    check.reset();
    if (!isMoved) save.reset();
  };
  const props = { draft: now, families: known, problem, onChange: change };
  return (
    <Dialog
      wide
      title={`Edit ${connection.name}`}
      onClose={onClose}
      onSend={() => changes.length > 0 && !isMoved && save.mutate()}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button onClick={() => check.mutate()} busy={check.isPending}>
            Test connection
          </Button>
          <Button
            kind="main"
            type="submit"
            busy={save.isPending}
            why={isMoved ? "Choose whose version counts first" : changes.length === 0 ? "Nothing is changed" : undefined}
          >
            {changes.length < 2 ? "Save change" : `Save ${changes.length} changes`}
          </Button>
        </>
      }
    >
      <Fields>
        {isMoved && theirs.data !== undefined && (
          <Conflict
            what={connection.name}
            theirs={changesOf(before, draftOf(theirs.data, known), said)}
            onTake={() => go(theirs.data, undefined)}
            onKeep={() => go(theirs.data, over(before, now, draftOf(theirs.data, known)))}
          />
        )}
        <PlaceFields {...props} isKept />
        <MoreFields {...props} />
        {changes.length > 0 && (
          <Group title="What changes">
            <Changes changes={changes} />
          </Group>
        )}
        <Tried result={check.data} name={connection.name} isSaved />
        <ProblemNotice problem={problem} fields={formFields} />
      </Fields>
    </Dialog>
  );
}
