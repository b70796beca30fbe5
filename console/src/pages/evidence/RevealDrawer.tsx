import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, get } from "../../api/client";
import { useMay, useMe } from "../../api/session";
import { Button } from "../../design/Button";
import { Dialog } from "../../design/Dialog";
import { Drawer, Facts, Section } from "../../design/Drawer";
import { Field } from "../../design/Field";
import { count } from "../../design/format";
import { fieldError, ProblemNotice } from "../../design/Notice";
import { useTimes } from "../../design/zone";
import { LinkTo } from "../../shell/LinkTo";
import classes from "./EvidencePage.module.css";
import { countdown, leftOf, type Reveal, scopeOf, standingOf } from "./evidence";
import { revealsQuery } from "./queries";

/** One wish to read: what, why, and what came of it; and deciding about it. */
export function RevealDrawer({
  of: r,
  now,
  workspace,
  onClose,
}: {
  of: Reveal;
  now: Date;
  workspace: string;
  onClose: () => void;
}) {
  const { time, fullTime } = useTimes();
  const standing = standingOf(r, now);
  const left = leftOf(r, now);
  return (
    <Drawer
      state={standing.state}
      title={`${r.asked_by_name} asks to read`}
      id={r.id}
      note={fullTime(r.asked_at)}
      onClose={onClose}
    >
      {left > 0 ? (
        <p className={`${classes.count} num`} role="timer">
          {countdown(left)} left
        </p>
      ) : (
        <p className={classes.words}>{standing.title}.</p>
      )}
      <Facts
        facts={[
          ["Workspace", workspace],
          ["What", scopeOf(r, time)],
          ["For", `${r.minutes} min`],
          ["Readings", count(r.readings)],
        ]}
      />
      <Actions of={r} isLive={left > 0} />
      <Section title="Why">
        <p className={classes.words}>“{r.reason}”</p>
      </Section>
      {r.decided_at !== null && (
        <Section title="Decided">
          <p className={classes.words}>
            {r.decided_by_name === null
              ? "The organisation asks for no second person: asking was enough"
              : `${r.decided_by_name} ${r.state === "declined" ? "declined" : r.state === "withdrawn" ? "took it back" : "let them"}`}
            , {time(r.decided_at)}
            {r.until !== null && `, until ${time(r.until)}`}
            {r.note !== null && ` — “${r.note}”`}
          </p>
        </Section>
      )}
      {r.calls.length > 0 && (
        <Section title="Calls" note={count(r.calls.length)}>
          <ul className={classes.words}>
            {r.calls.map((id) => (
              <li key={id}>
                <LinkTo to="/calls" search={{ call: id }}>
                  <span className="mono">{id}</span>
                </LinkTo>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </Drawer>
  );
}

function Actions({ of: r, isLive }: { of: Reveal; isLive: boolean }) {
  const may = useMay();
  const { data: me } = useMe();
  const queries = useQueryClient();
  const [asked, setAsked] = useState<"approve" | "decline">();
  const after = { onSuccess: () => queries.invalidateQueries({ queryKey: revealsQuery.queryKey }) };
  const path = { params: { path: { id: r.id } } };
  const withdraw = useMutation({ mutationFn: () => get(api.POST("/api/reveals/{id}/withdraw", path)), ...after });
  const end = useMutation({ mutationFn: () => get(api.POST("/api/reveals/{id}/end", path)), ...after });
  const isMine = r.asked_by === me?.id;
  const decides = may("contents.approve");
  if (r.state !== "open" && !isLive) return null;
  return (
    <>
      <div className={classes.actions}>
        {r.state === "open" && decides && !isMine && (
          <>
            <Button kind="main" onClick={() => setAsked("approve")}>
              Let them read
            </Button>
            <Button onClick={() => setAsked("decline")}>Decline</Button>
          </>
        )}
        {r.state === "open" && isMine && may("contents.read") && (
          <Button onClick={() => withdraw.mutate()} busy={withdraw.isPending}>
            Withdraw
          </Button>
        )}
        {isLive && may("contents.read") && (isMine || decides) && (
          <Button onClick={() => end.mutate()} busy={end.isPending}>
            {isMine ? "I have read it: end it" : "Stop it"}
          </Button>
        )}
      </div>
      {r.state === "open" && isMine && decides && (
        <p className="muted">You asked this: somebody else decides it, whoever you are.</p>
      )}
      {r.state === "open" && !decides && <p className="muted">Owners and officers decide; not whoever asked.</p>}
      <ProblemNotice problem={withdraw.error ?? end.error} />
      {asked !== undefined && <Decide of={r} isApproval={asked === "approve"} onClose={() => setAsked(undefined)} />}
    </>
  );
}

function Decide({ of: r, isApproval, onClose }: { of: Reveal; isApproval: boolean; onClose: () => void }) {
  const queries = useQueryClient();
  const [minutes, setMinutes] = useState(r.minutes.toString());
  const [note, setNote] = useState("");
  const path = { params: { path: { id: r.id } } };
  const words = note.trim() === "" ? {} : { note };
  const decide = useMutation({
    mutationFn: () =>
      isApproval
        ? get(api.POST("/api/reveals/{id}/approve", { ...path, body: { minutes: Number(minutes), ...words } }))
        : get(api.POST("/api/reveals/{id}/decline", { ...path, body: words })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: revealsQuery.queryKey });
      onClose();
    },
  });
  return (
    <Dialog
      title={isApproval ? `Let ${r.asked_by_name} read?` : `Decline ${r.asked_by_name}'s request?`}
      onClose={onClose}
      onSend={() => decide.mutate()}
      actions={
        <>
          <Button onClick={onClose}>Decide later</Button>
          <Button kind="main" type="submit" busy={decide.isPending}>
            {isApproval ? "Let them read" : "Decline"}
          </Button>
        </>
      }
    >
      <p className="muted">
        {isApproval
          ? "From now on they see prompts and answers of what they asked for, and nothing else. Each reading is written down. You can stop it at any time; what was read cannot be unread."
          : "Nothing is shown. They see who declined and why."}
      </p>
      {isApproval && (
        <Field
          label="For how long"
          inputMode="numeric"
          unit="minutes"
          help={`${r.minutes} were asked for; fewer can be given.`}
          value={minutes}
          error={fieldError(decide.error, "minutes")}
          onChange={(e) => setMinutes(e.currentTarget.value)}
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
      <ProblemNotice problem={decide.error} fields={["minutes", "note"]} />
    </Dialog>
  );
}
