import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useChanged } from "../../api/changes";
import { api, get } from "../../api/client";
import { useMay, useMe } from "../../api/session";
import { Button } from "../../design/Button";
import { Dialog } from "../../design/Dialog";
import { Section } from "../../design/Drawer";
import { Field } from "../../design/Field";
import { exactMoney, money } from "../../design/format";
import { fieldError, ProblemNotice } from "../../design/Notice";
import { StatusMark } from "../../design/Status";
import { useTimes } from "../../design/zone";
import classes from "./BudgetDrawer.module.css";
import { requestsOf } from "./budgets";
import { usdOf } from "./ChangeLimit";
import type { BudgetRequest, Meter } from "./meter";

/** Who asks for more and what came of it. */
export function Requests({ meter, title }: { meter: Meter; title: string }) {
  const requests = useQuery(requestsOf(meter.id));
  const all = requests.data?.items ?? [];
  const open = all.filter((r) => r.state === "open");
  const decided = all.filter((r) => r.state !== "open");
  if (all.length === 0) return null;
  return (
    <Section title="Requests" note={open.length === 0 ? undefined : `${open.length} open`}>
      {open.map((r) => (
        <Open key={r.id} request={r} meter={meter} title={title} />
      ))}
      <ul className={classes.decided}>
        {decided.map((r) => (
          <Decided key={r.id} request={r} />
        ))}
      </ul>
    </Section>
  );
}

function Open({ request: r, meter, title }: { request: BudgetRequest; meter: Meter; title: string }) {
  const { ago } = useTimes();
  const may = useMay();
  const { data: me } = useMe();
  const queries = useQueryClient();
  const [asked, setAsked] = useState<"approve" | "decline">();
  const withdraw = useMutation({
    mutationFn: () => get(api.POST("/api/budget-requests/{id}/withdraw", { params: { path: { id: r.id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["budget-requests"] }),
  });
  const isMine = r.asked_by === me?.id;
  const decides = may("budgets.write") && (!isMine || me?.roles.includes("owner"));
  return (
    <div className={classes.request}>
      <b className="strong">{isMine ? "You" : r.asked_by_name}</b> {isMine ? "ask" : "asks"} for{" "}
      <b className="strong num" title={exactMoney(r.limit_asked)}>
        {money(r.limit_asked)}
      </b>
      : “{r.reason}” <span className="muted">{ago(r.asked_at, new Date())}</span>
      <div>
        {decides && (
          <>
            <Button small kind="main" onClick={() => setAsked("approve")}>
              Approve
            </Button>
            <Button small onClick={() => setAsked("decline")}>
              Decline
            </Button>
          </>
        )}
        {isMine && may("budgets.ask") && (
          <Button small kind="quiet" onClick={() => withdraw.mutate()} busy={withdraw.isPending}>
            Withdraw
          </Button>
        )}
      </div>
      {may("budgets.write") && !decides && <p className="muted">You asked this: somebody else decides it.</p>}
      <ProblemNotice problem={withdraw.error} />
      {asked !== undefined && (
        <Decide request={r} meter={meter} title={title} isApproval={asked === "approve"} onClose={() => setAsked(undefined)} />
      )}
    </div>
  );
}

function Decide({
  request: r,
  meter,
  title,
  isApproval,
  onClose,
}: {
  request: BudgetRequest;
  meter: Meter;
  title: string;
  isApproval: boolean;
  onClose: () => void;
}) {
  const changed = useChanged();
  const [limit, setLimit] = useState(usdOf(r.limit_asked));
  const [note, setNote] = useState("");
  const path = { params: { path: { id: r.id } } };
  const words = note.trim() === "" ? {} : { note };
  const decide = useMutation({
    mutationFn: () =>
      isApproval
        ? get(
            api.POST("/api/budget-requests/{id}/approve", {
              ...path,
              body: { limit_usd: limit.replaceAll(",", "").replace("$", "").trim(), ...words },
            }),
          )
        : get(api.POST("/api/budget-requests/{id}/decline", { ...path, body: words })),
    onSuccess: async () => {
      await changed("budgets");
      onClose();
    },
  });
  return (
    <Dialog
      title={isApproval ? `Raise ${title}?` : `Decline ${r.asked_by_name}'s request?`}
      onClose={onClose}
      onSend={() => decide.mutate()}
      actions={
        <>
          <Button onClick={onClose}>Keep it open</Button>
          <Button kind="main" type="submit" busy={decide.isPending}>
            {isApproval ? "Raise the limit" : "Decline"}
          </Button>
        </>
      }
    >
      <p className="muted">
        {isApproval
          ? `The limit is ${money(meter.limit)} now and is raised at once, on every node and for all windows to come; it can be lowered again. ${r.asked_by_name} sees who approved.`
          : `The limit stays at ${money(meter.limit)}. ${r.asked_by_name} sees who declined and why.`}
      </p>
      {isApproval && (
        <Field
          label="New limit"
          inputMode="decimal"
          unit="US dollars"
          help={`${money(r.limit_asked)} are asked for; less can be given.`}
          value={limit}
          error={fieldError(decide.error, "limit_usd")}
          onChange={(e) => setLimit(e.currentTarget.value)}
        />
      )}
      <Field
        label={isApproval ? "Note" : "Why"}
        help={`Shown to ${r.asked_by_name} and kept. May be empty.`}
        autoFocus
        value={note}
        error={fieldError(decide.error, "note")}
        onChange={(e) => setNote(e.currentTarget.value)}
      />
      <ProblemNotice problem={decide.error} fields={["limit_usd", "note"]} />
    </Dialog>
  );
}

const states = { approved: "good", declined: "refused", withdrawn: "left", open: "idle" } as const;

function Decided({ request: r }: { request: BudgetRequest }) {
  const { ago, fullTime } = useTimes();
  const at = r.decided_at ?? r.asked_at;
  return (
    <li>
      <StatusMark state={states[r.state]} label={r.state} />
      <span>
        {r.state === "withdrawn" ? (
          <>
            {r.asked_by_name} took back a request for {money(r.limit_asked)}
          </>
        ) : (
          <>
            {r.decided_by_name} {r.state} {money(r.state === "approved" ? r.limit_given : r.limit_asked)} for {r.asked_by_name}: “
            {r.reason}”
          </>
        )}{" "}
        {r.note != null && <>— “{r.note}” </>}
        <span className="muted" title={fullTime(at)}>
          {ago(at, new Date())}
        </span>
      </span>
    </li>
  );
}
