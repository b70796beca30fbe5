import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, get, type Schemas } from "../../api/client";
import { useCasesQuery } from "../../api/lists";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import { Choice } from "../../design/Choice";
import { Dialog } from "../../design/Dialog";
import { Facts, Section } from "../../design/Drawer";
import { Field } from "../../design/Field";
import { LoadingRows } from "../../design/LoadingRows";
import { fieldError, ProblemNotice } from "../../design/Notice";
import { StatusMark } from "../../design/Status";
import { useTimes } from "../../design/zone";
import { riskOf, risks } from "../policies/standing";
import { standingQuery } from "../policies/waiting";
import classes from "./SettingsPage.module.css";

type Approval = Schemas["UseCaseApproval"];
type Act = "classify" | "approve" | "revoke";

/** How much risk a use case bears, who said so, and who approved it. */
export function UseCaseRisk({ id, name }: { id: string; name: string }) {
  const may = useMay();
  const { time } = useTimes();
  const asked = useQuery({ ...standingQuery(id), enabled: may("policies.read") });
  const [act, setAct] = useState<Act>();
  if (!may("policies.read")) return null;
  if (asked.data === undefined)
    return asked.error === null ? <LoadingRows columns={2} /> : <ProblemNotice problem={asked.error} />;
  const { standing: s, history } = asked.data;
  const live = history.filter((a) => a.revoked_at === null);
  return (
    <Section title="Risk and approvals" note={s.needed === 0 ? undefined : `${s.given} of ${s.needed}`}>
      <Facts
        facts={[
          ["Risk", riskOf(s)],
          ["Said by", s.risk_set_by ?? "–"],
          ["Makes calls", s.may_call ? "Yes" : "Not before it is approved"],
          ["Until", s.until === null ? "–" : time(s.until)],
        ]}
      />
      {s.why !== null && (
        <p className={classes.told}>
          <StatusMark state="refused" /> {s.why}
        </p>
      )}
      {may("policies.approve") && (
        <div className={classes.actions}>
          {s.risk_class !== null && (
            <Button kind={s.may_call ? "plain" : "main"} onClick={() => setAct("approve")}>
              Approve
            </Button>
          )}
          <Button kind={s.risk_class === null ? "main" : "plain"} onClick={() => setAct("classify")}>
            Say the risk
          </Button>
          {live.length > 0 && (
            <Button kind="danger" onClick={() => setAct("revoke")}>
              Take approvals back
            </Button>
          )}
        </div>
      )}
      {history.length > 0 && (
        <ul className={classes.history}>
          {history.map((a) => (
            <Told key={a.id} of={a} />
          ))}
        </ul>
      )}
      {act !== undefined && (
        <Deciding id={id} name={name} risk={s.risk_class ?? "high"} act={act} onClose={() => setAct(undefined)} />
      )}
    </Section>
  );
}

function Told({ of: a }: { of: Approval }) {
  const { time, fullTime } = useTimes();
  return (
    <li>
      <StatusMark state={a.revoked_at === null ? "good" : "left"} label={a.revoked_at === null ? "Approved" : "Taken back"} />
      <span>
        {a.approved_by_name} approved it for {a.risk_class} risk{" "}
        <span className="muted" title={fullTime(a.approved_at)}>
          {time(a.approved_at)}
        </span>
        {a.note !== null && <> — “{a.note}”</>}
        {a.revoked_at !== null && (
          <>
            ; {a.revoked_by_name} took it back <span className="muted">{time(a.revoked_at)}</span> — “{a.reason}”
          </>
        )}
      </span>
    </li>
  );
}

const titles = { classify: "How much risk does", approve: "Approve", revoke: "Take the approvals back of" } as const;

function Deciding({
  id,
  name,
  risk: known,
  act,
  onClose,
}: {
  id: string;
  name: string;
  risk: "minimal" | "limited" | "high";
  act: Act;
  onClose: () => void;
}) {
  const queries = useQueryClient();
  const [risk, setRisk] = useState(known);
  const [words, setWords] = useState("");
  const path = { params: { path: { id } } };
  const decide = useMutation({
    mutationFn: () =>
      act === "classify"
        ? get(api.POST("/api/use-case-approvals/{id}/classify", { ...path, body: { risk_class: risk } }))
        : act === "approve"
          ? get(api.POST("/api/use-case-approvals/{id}/approve", { ...path, body: words.trim() === "" ? {} : { note: words } }))
          : get(api.POST("/api/use-case-approvals/{id}/revoke", { ...path, body: { reason: words } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["policies"] });
      await queries.invalidateQueries({ queryKey: useCasesQuery.queryKey });
      onClose();
    },
  });
  return (
    <Dialog
      title={`${titles[act]} ${name}${act === "classify" ? " bear" : ""}?`}
      onClose={onClose}
      onSend={() => decide.mutate()}
      actions={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button kind="main" type="submit" busy={decide.isPending}>
            {act === "classify" ? "Say so" : act === "approve" ? "Approve" : "Take them back"}
          </Button>
        </>
      }
    >
      <p className="muted">
        {act === "classify"
          ? "Your name stands beside it. A higher class than the one that was approved asks for approvals anew; a lower one keeps them."
          : act === "approve"
            ? "You approve it for its class of risk and for its purpose as they are now. Another purpose or a higher class asks anew."
            : "From now on it makes no calls where its policy asks for approvals, on every node."}
      </p>
      {act === "classify" ? (
        <Choice
          label="Risk"
          value={risk}
          onChange={(e) => setRisk(risks.find((r) => r.value === e.currentTarget.value)?.value ?? risk)}
          options={risks}
        />
      ) : (
        <Field
          label={act === "approve" ? "Note" : "Why"}
          help={act === "approve" ? "Kept with the approval. May be empty." : "Kept with the approvals."}
          autoFocus
          required={act === "revoke"}
          value={words}
          error={fieldError(decide.error, act === "approve" ? "note" : "reason")}
          onChange={(e) => setWords(e.currentTarget.value)}
        />
      )}
      <ProblemNotice problem={decide.error} fields={["note", "reason"]} />
    </Dialog>
  );
}
