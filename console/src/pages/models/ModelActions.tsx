import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, get } from "../../api/client";
import { workspacesQuery } from "../../api/lists";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import { Choice } from "../../design/Choice";
import { Confirm, Dialog } from "../../design/Dialog";
import { Field } from "../../design/Field";
import { Fields } from "../../design/Form";
import { count } from "../../design/format";
import { fieldError, ProblemNotice } from "../../design/Notice";
import classes from "./Details.module.css";
import { type HubModel, useHubChanged } from "./models";
import { WhoApproves } from "./WhoApproves";

type Act = "approve" | "quarantine" | "retire";
type Ask = Act | "remove" | "off";

const words: Record<Act, { title: (name: string) => string; says: string; act: string }> = {
  approve: {
    title: (name) => `Approve ${name}?`,
    says: "Whoever it is approved for may call it within 2 seconds. Rules that it breaks still refuse it.",
    act: "Approve",
  },
  quarantine: {
    title: (name) => `Quarantine ${name}?`,
    says: "Nobody it concerns can call it until it is approved again: to them it is as if it were not there.",
    act: "Quarantine",
  },
  retire: {
    title: (name) => `Retire ${name}?`,
    says: "Its time is over: nobody it concerns can call it. It can be approved again, and its records stay.",
    act: "Retire",
  },
};

/** What can be decided about a model, as far as one may; who may not is told whom to ask. */
export function ModelActions({ model, onGone }: { model: HubModel; onGone: () => void }) {
  const may = useMay();
  const changed = useHubChanged();
  const [asked, setAsked] = useState<Ask>();
  const { summary: s } = model;
  const close = () => setAsked(undefined);
  const path = { path: { id: s.model_id } };
  const params = { ...path, header: { "If-Match": "*" } };
  const turn = useMutation({
    mutationFn: (disabled: boolean) => get(api.PATCH("/api/models/{id}", { params, body: { disabled } })),
    onSuccess: async () => {
      close();
      await changed();
    },
  });
  const remove = useMutation({
    mutationFn: () => get(api.DELETE("/api/models/{id}", { params })),
    onSuccess: async () => {
      onGone();
      await changed();
    },
  });
  const isBare = model.served_at.length === 0 && model.prices.length === 0;
  return (
    <>
      <div className={classes.actions}>
        {may("models.approve") && (
          <>
            <Button {...(s.state === "approved" ? {} : { kind: "main" as const })} onClick={() => setAsked("approve")}>
              {s.state === "approved" ? "Approve for others" : "Approve"}
            </Button>
            {s.state !== "quarantined" && <Button onClick={() => setAsked("quarantine")}>Quarantine</Button>}
            {s.state !== "retired" && <Button onClick={() => setAsked("retire")}>Retire</Button>}
          </>
        )}
        {may("models.write") &&
          (s.disabled ? (
            <Button onClick={() => turn.mutate(false)} busy={turn.isPending}>
              Switch on
            </Button>
          ) : (
            <Button kind="danger" onClick={() => setAsked("off")}>
              Switch off
            </Button>
          ))}
        {may("models.write") && isBare && (
          <Button kind="danger" onClick={() => setAsked("remove")}>
            Remove
          </Button>
        )}
      </div>
      {!may("models.approve") && s.state !== "approved" && (
        <p className={`${classes.note} muted`}>
          Nobody can call it{s.state === "quarantined" ? " yet" : ""}. <WhoApproves />
        </p>
      )}
      <ProblemNotice problem={asked === undefined ? turn.error : null} />
      {(asked === "approve" || asked === "quarantine" || asked === "retire") && (
        <Decide act={asked} model={model} onClose={close} onDone={changed} />
      )}
      {asked === "off" && (
        <Confirm
          title={`Switch off ${s.model}?`}
          effect={`Every node refuses calls of it within 2 seconds, by its own name and by routes that lead to it alone. It was called ${count(s.calls)} times in 30 days. It can be switched on again.`}
          act="Switch off"
          keep="Keep it on"
          busy={turn.isPending}
          problem={turn.error}
          onAct={() => turn.mutate(true)}
          onClose={close}
        />
      )}
      {asked === "remove" && (
        <Confirm
          title={`Remove ${s.model}?`}
          effect="No connection serves it and it has no price, so nothing was ever billed by it. Its card and decisions go with it. This cannot be undone."
          act="Remove model"
          keep="Keep model"
          typed={{ label: "Type the name of the model", text: s.model }}
          busy={remove.isPending}
          problem={remove.error}
          onAct={() => remove.mutate()}
          onClose={close}
        />
      )}
    </>
  );
}

function Decide({
  act,
  model,
  onClose,
  onDone,
}: {
  act: Act;
  model: HubModel;
  onClose: () => void;
  onDone: () => Promise<unknown>;
}) {
  const may = useMay();
  const workspaces = useQuery({ ...workspacesQuery, enabled: may("organisation.read") });
  const [workspace, setWorkspace] = useState("");
  const [purpose, setPurpose] = useState("any");
  const [reason, setReason] = useState("");
  const decide = useMutation({
    mutationFn: () => {
      const body = {
        ...(workspace === "" ? {} : { workspace_id: workspace }),
        ...(act === "approve" ? { purpose } : {}),
        ...(reason.trim() === "" ? {} : { reason: reason.trim() }),
      };
      const call = { params: { path: { id: model.summary.model_id } }, body };
      return act === "approve"
        ? get(api.POST("/api/models/{id}/approve", call))
        : act === "quarantine"
          ? get(api.POST("/api/models/{id}/quarantine", call))
          : get(api.POST("/api/models/{id}/retire", call));
    },
    onSuccess: async () => {
      onClose();
      await onDone();
    },
  });
  const { title, says, act: word } = words[act];
  return (
    <Dialog
      title={title(model.summary.model)}
      onClose={onClose}
      onSend={() => decide.mutate()}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind={act === "approve" ? "main" : "danger"} type="submit" busy={decide.isPending}>
            {word}
          </Button>
        </>
      }
    >
      <Fields>
        <p className="muted">{says}</p>
        <Choice
          label="For"
          autoFocus
          value={workspace}
          options={[
            { value: "", label: "All workspaces" },
            ...(workspaces.data ?? []).map((w) => ({ value: w.id ?? "", label: `Workspace ${w.name}` })),
          ]}
          help="A decision about one workspace counts before the one about all."
          error={fieldError(decide.error, "workspace_id")}
          onChange={(e) => setWorkspace(e.currentTarget.value)}
        />
        {act === "approve" && (
          <Choice
            label="Purpose"
            value={purpose}
            options={[
              { value: "any", label: "Any" },
              { value: "development", label: "Development alone: use cases whose answers reach nobody" },
              { value: "production", label: "Production alone" },
            ]}
            error={fieldError(decide.error, "purpose")}
            onChange={(e) => setPurpose(e.currentTarget.value)}
          />
        )}
        <Field
          label="Reason (optional)"
          help="Stays beside the decision, with your name and the time."
          value={reason}
          error={fieldError(decide.error, "reason")}
          onChange={(e) => setReason(e.currentTarget.value)}
        />
        <ProblemNotice problem={decide.error} fields={["workspace_id", "purpose", "reason"]} />
      </Fields>
    </Dialog>
  );
}
