import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, get, tagOf } from "../../api/client";
import { organisationsQuery, useCasesQuery, workspacesQuery } from "../../api/lists";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import { Confirm } from "../../design/Dialog";
import { Drawer, Facts } from "../../design/Drawer";
import { count } from "../../design/format";
import { Notice } from "../../design/Notice";
import { ButtonTo } from "../../shell/LinkTo";
import { callsOf } from "../calls/link";
import classes from "./SettingsPage.module.css";
import type { Thing } from "./settings";
import { responsesStates, ThingForm } from "./ThingForm";
import { UseCaseRisk } from "./UseCaseRisk";

/** One organisation, workspace or use case: what it is, and what can be done with it. */
export function ThingDrawer({ of: thing, onNew, onClose }: { of: Thing; onNew: () => void; onClose: () => void }) {
  const may = useMay();
  const [asked, setAsked] = useState<"change" | "remove">();
  const facts: [string, string][] =
    thing.kind === "organisation"
      ? [["Workspaces", count(thing.holds)]]
      : thing.kind === "workspace"
        ? [
            ["Use cases", count(thing.holds)],
            ["Responses", responsesStates.find((s) => s.value === thing.of.responses_state)?.short ?? "–"],
          ]
        : [
            ["Stage", thing.of.stage],
            ["Owner", thing.of.owner ?? "–"],
          ];
  return (
    <Drawer state="idle" title={thing.name} id={thing.id} note={thing.kind} onClose={onClose}>
      <Facts facts={facts} />
      {may("organisation.write") ? (
        <div className={classes.actions}>
          {thing.kind !== "use case" && (
            <Button icon="plus" onClick={onNew}>
              {thing.kind === "organisation" ? "New workspace" : "New use case"}
            </Button>
          )}
          <Button onClick={() => setAsked("change")}>{thing.kind === "organisation" ? "Rename" : "Change"}</Button>
          <Button kind="danger" onClick={() => setAsked("remove")}>
            Remove
          </Button>
        </div>
      ) : (
        <Notice state="refused" title="This account may look, not change.">
          That needs the permission organisation.write. An owner or admin can change it, or give you such a role.
        </Notice>
      )}
      {thing.kind === "use case" && (
        <>
          <p>{thing.of.purpose ?? <span className="muted">Its purpose is not told yet.</span>}</p>
          <p>
            <ButtonTo to="/calls" search={callsOf({ use_case: thing.id })}>
              Calls of this use case
            </ButtonTo>
          </p>
        </>
      )}
      {thing.kind === "use case" && <UseCaseRisk id={thing.id} name={thing.name} />}
      {asked === "change" && <ThingForm of={thing} onClose={() => setAsked(undefined)} />}
      {asked === "remove" && <Remove of={thing} onDone={onClose} onClose={() => setAsked(undefined)} />}
    </Drawer>
  );
}

function Remove({ of: thing, onDone, onClose }: { of: Thing; onDone: () => void; onClose: () => void }) {
  const queries = useQueryClient();
  const options = { params: { path: { id: thing.id }, header: { "If-Match": tagOf(thing.of.version) } } };
  const remove = useMutation({
    mutationFn: () =>
      thing.kind === "organisation"
        ? get(api.DELETE("/api/organisations/{id}", options))
        : thing.kind === "workspace"
          ? get(api.DELETE("/api/workspaces/{id}", options))
          : get(api.DELETE("/api/use-cases/{id}", options)),
    onSuccess: async () => {
      onDone();
      for (const query of [organisationsQuery, workspacesQuery, useCasesQuery])
        await queries.invalidateQueries({ queryKey: query.queryKey });
    },
  });
  const effect = {
    organisation: "Only one that has no workspaces and no people can go. Nothing else changes.",
    workspace: "Only one that has no use cases can go.",
    "use case": "Only one that never had a key can go: records tell what keys spent. Else set its stage to retired.",
  }[thing.kind];
  return (
    <Confirm
      title={`Remove ${thing.kind} ${thing.name}?`}
      effect={`${effect} This cannot be undone.`}
      act={`Remove ${thing.kind}`}
      keep="Keep it"
      busy={remove.isPending}
      problem={remove.error}
      onAct={() => remove.mutate()}
      onClose={onClose}
    />
  );
}
