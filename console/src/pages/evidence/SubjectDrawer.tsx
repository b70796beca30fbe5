import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, get } from "../../api/client";
import { useMay, useMe } from "../../api/session";
import { Button } from "../../design/Button";
import { Dialog } from "../../design/Dialog";
import { Drawer, Facts, Section } from "../../design/Drawer";
import { Field } from "../../design/Field";
import { count } from "../../design/format";
import { fieldError, Notice, ProblemNotice } from "../../design/Notice";
import { useTimes } from "../../design/zone";
import classes from "./EvidencePage.module.css";
import { canFetch, requestOf, type SubjectRequest } from "./evidence";
import { subjectsQuery } from "./queries";

/** One request about a person: how far it is, the package, or the report of the erasure. */
export function SubjectDrawer({ of: r, person, onClose }: { of: SubjectRequest; person: string; onClose: () => void }) {
  const { time, fullTime } = useTimes();
  const standing = requestOf(r, new Date());
  return (
    <Drawer
      state={standing.state}
      title={r.kind === "access" ? `Everything about ${person}` : `Erasure of ${person}`}
      id={r.id}
      note={fullTime(r.asked_at)}
      onClose={onClose}
    >
      <p className={classes.words}>{standing.title}.</p>
      {r.state === "running" && r.problem !== null && (
        <Notice state="held" title="It cannot go on now">
          {r.problem}
        </Notice>
      )}
      <Facts
        facts={[
          ["Person", r.person_id],
          ["Asked by", r.asked_by_name],
          ...(r.done_at === null ? [] : ([["Done", time(r.done_at)]] as [string, string][])),
          ...(r.kind === "access" && r.until !== null
            ? ([
                ["Can be fetched until", time(r.until)],
                ["Fetched", `${count(r.downloads)} times`],
              ] as [string, string][])
            : []),
        ]}
      />
      <Actions of={r} person={person} />
      <Section title="Why">
        <p className={classes.words}>“{r.reason}”</p>
      </Section>
      {r.decided_at !== null && (
        <Section title="Decided">
          <p className={classes.words}>
            {r.decided_by_name === null
              ? "The organisation asks for no second person: asking was enough"
              : `${r.decided_by_name} ${r.state === "declined" ? "declined" : r.state === "withdrawn" ? "took it back" : "agreed"}`}
            , {time(r.decided_at)}
            {r.note !== null && ` — “${r.note}”`}
          </p>
        </Section>
      )}
      {r.steps.length > 0 && <Steps of={r} />}
      {r.manifest !== null && (
        <Section title="Proof">
          <p className={classes.words}>
            SHA-256 of manifest.json, which stands in the audit log too: <span className="mono">{r.manifest}</span>
          </p>
        </Section>
      )}
    </Drawer>
  );
}

/** The browser takes the zip as it comes. */
function take(id: string) {
  const link = document.createElement("a");
  link.href = `/api/subject-requests/${id}/package`;
  link.download = `${id}.zip`;
  link.click();
}

/** Class by class: what was done, and of an erasure the proof of it. */
function Steps({ of: r }: { of: SubjectRequest }) {
  const erases = r.kind === "erasure";
  return (
    <Section title={erases ? "Report" : "In the package"} note={`${r.steps.filter((s) => s.done).length} of ${r.steps.length}`}>
      <table className={classes.steps}>
        <thead>
          <tr>
            <th>Class</th>
            <th className="num">{erases ? "Removed" : "Things"}</th>
            {erases && <th className="num">Found afterwards</th>}
          </tr>
        </thead>
        <tbody>
          {r.steps.map((s) => (
            <tr key={s.class} title={s.hash ?? undefined}>
              <td>{s.class}</td>
              <td className="num">{s.done || s.amount > 0 ? count(s.amount) : "–"}</td>
              {erases && <td className="num">{s.left_behind === null ? "–" : count(s.left_behind)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

function Actions({ of: r, person }: { of: SubjectRequest; person: string }) {
  const may = useMay();
  const { data: me } = useMe();
  const queries = useQueryClient();
  const [asked, setAsked] = useState<"approve" | "decline">();
  const withdraw = useMutation({
    mutationFn: () => get(api.POST("/api/subject-requests/{id}/withdraw", { params: { path: { id: r.id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: subjectsQuery.queryKey }),
  });
  const isMine = r.asked_by === me?.id;
  const decides = may("subjects.approve") && !isMine && r.person_id !== me?.id;
  const fetches = r.kind === "access" && canFetch(r, new Date());
  return (
    <>
      <div className={classes.actions}>
        {r.state === "open" && decides && (
          <>
            <Button kind={r.kind === "erasure" ? "danger" : "main"} onClick={() => setAsked("approve")}>
              {r.kind === "erasure" ? "Erase" : "Let them have it"}
            </Button>
            <Button onClick={() => setAsked("decline")}>Decline</Button>
          </>
        )}
        {r.state === "open" && isMine && (
          <Button onClick={() => withdraw.mutate()} busy={withdraw.isPending}>
            Withdraw
          </Button>
        )}
        {fetches && isMine && may("subjects.ask") && (
          <Button kind="main" icon="export" onClick={() => take(r.id)}>
            Download
          </Button>
        )}
      </div>
      {r.state === "open" && isMine && <p className="muted">You asked this: somebody else decides it, whoever you are.</p>}
      {r.state === "open" && r.person_id === me?.id && <p className="muted">This is about you: somebody else decides it.</p>}
      {fetches && !isMine && <p className="muted">{r.asked_by_name} asked for the package and alone fetches it.</p>}
      <ProblemNotice problem={withdraw.error} />
      {asked !== undefined && (
        <Decide of={r} person={person} isApproval={asked === "approve"} onClose={() => setAsked(undefined)} />
      )}
    </>
  );
}

function Decide({
  of: r,
  person,
  isApproval,
  onClose,
}: {
  of: SubjectRequest;
  person: string;
  isApproval: boolean;
  onClose: () => void;
}) {
  const queries = useQueryClient();
  const [note, setNote] = useState("");
  const [name, setName] = useState("");
  const isErasure = isApproval && r.kind === "erasure";
  const request = { params: { path: { id: r.id } }, body: note.trim() === "" ? {} : { note } };
  const decide = useMutation({
    mutationFn: () =>
      isApproval
        ? get(api.POST("/api/subject-requests/{id}/approve", request))
        : get(api.POST("/api/subject-requests/{id}/decline", request)),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: subjectsQuery.queryKey });
      onClose();
    },
  });
  return (
    <Dialog
      title={
        isErasure
          ? `Erase ${person}?`
          : isApproval
            ? `Let ${r.asked_by_name} have everything about ${person}?`
            : "Decline the request?"
      }
      onClose={onClose}
      onSend={() => decide.mutate()}
      actions={
        <>
          <Button onClick={onClose}>Decide later</Button>
          <Button
            kind={isErasure ? "danger" : "main"}
            type="submit"
            disabled={isErasure && name !== person}
            busy={decide.isPending}
          >
            {isErasure ? "Erase for good" : isApproval ? "Let them have it" : "Decline"}
          </Button>
        </>
      }
    >
      <p className="muted">
        {isErasure
          ? "Nobody can bring it back. Sessions and keys end at once; what they said, kept and uploaded is removed class by class, and looked for afterwards."
          : isApproval
            ? "The package holds what they said and were answered, in all workspaces. It is made now and can be fetched for seven days."
            : "Nothing is made or removed. They see who declined and why."}
      </p>
      {isErasure && (
        <Field label="Type the name of the person" autoFocus value={name} onChange={(e) => setName(e.currentTarget.value)} />
      )}
      <Field
        label="Note"
        help={`Shown to ${r.asked_by_name} and kept. May be empty.`}
        autoFocus={!isErasure}
        value={note}
        error={fieldError(decide.error, "note")}
        onChange={(e) => setNote(e.currentTarget.value)}
      />
      <ProblemNotice problem={decide.error} fields={["note"]} />
    </Dialog>
  );
}
