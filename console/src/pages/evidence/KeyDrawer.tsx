import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, get } from "../../api/client";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import { Confirm, Dialog } from "../../design/Dialog";
import { Drawer, Facts } from "../../design/Drawer";
import { Field } from "../../design/Field";
import { fieldError, ProblemNotice } from "../../design/Notice";
import type { State } from "../../design/Status";
import { useTimes } from "../../design/zone";
import classes from "./EvidencePage.module.css";
import type { DataKey } from "./evidence";
import { destructionsQuery } from "./queries";

/** One key: what it seals, replacing it, and for a workspace the end of it. */
export function KeyDrawer({ of: key, name, state, onClose }: { of: DataKey; name: string; state: State; onClose: () => void }) {
  const may = useMay();
  const queries = useQueryClient();
  const { time } = useTimes();
  const [asked, setAsked] = useState<"rotate" | "destroy">();
  const rotate = useMutation({
    mutationFn: () => get(api.POST("/api/keyring/keys/{id}/rotate", { params: { path: { id: key.id } } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["keyring"] });
      setAsked(undefined);
      onClose();
    },
  });
  const isActive = key.state === "active";
  const mayDestroy = isActive && key.level === "workspace" && may("keyring.destroy");
  return (
    <Drawer state={state} title={key.purpose ?? `Key of ${name}`} id={key.id} note={key.state} onClose={onClose}>
      <Facts
        facts={[
          ["Of", name],
          ["Level", key.level],
          ["Since", time(key.created_at)],
          [
            key.destroyed_at === null ? "Retired" : "Destroyed",
            key.destroyed_at !== null ? time(key.destroyed_at) : key.retired_at !== null ? time(key.retired_at) : "–",
          ],
        ]}
      />
      <p className="muted">
        {key.state === "retired"
          ? "It opens what was sealed under it, and seals nothing new."
          : key.state === "destroyed"
            ? "It is gone, and what was sealed under it with it."
            : key.level === "purpose"
              ? "Each record is sealed under a key of its own that is derived from this one."
              : "It wraps the keys below it and seals nothing itself."}
      </p>
      {(may("keyring.rotate") || mayDestroy) && isActive && (
        <div className={classes.actions}>
          {may("keyring.rotate") && <Button onClick={() => setAsked("rotate")}>Rotate</Button>}
          {mayDestroy && (
            <Button kind="danger" onClick={() => setAsked("destroy")}>
              Ask to destroy
            </Button>
          )}
        </div>
      )}
      {asked === "rotate" && (
        <Confirm
          title={`Rotate the key of ${name}?`}
          effect={
            key.level === "purpose"
              ? "New records are sealed under a new key, from now on and on every node. This one goes on opening what it sealed. No data is touched."
              : "A new key takes its place and the keys below are wrapped under it. No data is touched, nobody notices; this one cannot be brought back."
          }
          act="Rotate key"
          keep="Keep key"
          busy={rotate.isPending}
          problem={rotate.error}
          onAct={() => rotate.mutate()}
          onClose={() => setAsked(undefined)}
        />
      )}
      {asked === "destroy" && <AskToDestroy of={key} name={name} onClose={() => setAsked(undefined)} />}
    </Drawer>
  );
}

function AskToDestroy({ of: key, name, onClose }: { of: DataKey; name: string; onClose: () => void }) {
  const queries = useQueryClient();
  const [typed, setTyped] = useState("");
  const [reason, setReason] = useState("");
  const ask = useMutation({
    mutationFn: () => get(api.POST("/api/key-destructions", { body: { workspace_id: key.place, name: typed, reason } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: destructionsQuery.queryKey });
      onClose();
    },
  });
  return (
    <Dialog
      title={`Destroy the key of ${name}?`}
      onClose={onClose}
      onSend={() => ask.mutate()}
      actions={
        <>
          <Button onClick={onClose}>Keep key</Button>
          <Button kind="danger" type="submit" busy={ask.isPending} why={typed === name ? undefined : `Type ${name} first`}>
            Ask to destroy
          </Button>
        </>
      }
    >
      <p className="muted">
        Nothing happens before another person agrees. Then every prompt, answer, conversation and file of this workspace is
        unreadable at once, on every node and for good, and nothing new is kept for it. Back-ups follow when the root is rotated.
        Records of calls and costs stay.
      </p>
      <Field
        label="Type the name of the workspace"
        autoComplete="off"
        autoFocus
        placeholder={name}
        value={typed}
        error={fieldError(ask.error, "name")}
        onChange={(e) => setTyped(e.currentTarget.value)}
      />
      <Field
        label="Why"
        help="Who decides reads this, and it is kept."
        value={reason}
        error={fieldError(ask.error, "reason")}
        onChange={(e) => setReason(e.currentTarget.value)}
      />
      <ProblemNotice problem={ask.error} fields={["name", "reason"]} />
    </Dialog>
  );
}
