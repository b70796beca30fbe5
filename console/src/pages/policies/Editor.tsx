import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { api, get, Problem, tagOf } from "../../api/client";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import { Choice } from "../../design/Choice";
import { Dialog } from "../../design/Dialog";
import { Field } from "../../design/Field";
import { Notice, ProblemNotice } from "../../design/Notice";
import { Segments } from "../../design/Segments";
import { StatusMark } from "../../design/Status";
import { TextArea } from "../../design/TextArea";
import { useTimes } from "../../design/zone";
import { Diff } from "./Diff";
import classes from "./PoliciesPage.module.css";
import { PolicyForm } from "./PolicyForm";
import { type Policy, type PolicyConflict, type PolicySearch, schemaQuery } from "./policies";
import { Shadow } from "./Shadow";
import { faultsOf, withLine } from "./text";
import { useWritten } from "./useWritten";

/** The text of a level, with what is wrong at its line, and what it would do before it is saved. */
export function Editor({
  policy,
  isForm,
  show,
}: {
  policy: Policy;
  /** The text is shown as fields. */
  isForm: boolean;
  show: (next: PolicySearch) => void;
}) {
  const may = useMay();
  const { time } = useTimes();
  const lines = useQuery(schemaQuery);
  const box = useRef<HTMLDivElement>(null);
  const { written, keep } = useWritten(policy.level);
  const [text, setText] = useState(written ?? policy.text);
  const [tightens, setTightens] = useState<readonly PolicyConflict[]>();
  const path = { params: { path: { id: policy.level }, header: { "If-Match": tagOf(policy.version) } } };
  const check = useMutation({
    mutationFn: () => get(api.PUT("/api/policies/{id}", { ...path, body: { text, check: true } })),
    onSuccess: (change) => setTightens(change.tightens),
  });
  const writes = may("policies.write");
  const faults = faultsOf(check.error instanceof Problem ? check.error : null);
  const write = (next: string) => {
    setText(next);
    keep(next === policy.text ? undefined : next);
    check.reset();
  };
  const [wanted, setWanted] = useState<number>();
  useEffect(() => {
    if (wanted === undefined || isForm) return;
    goTo(wanted);
    setWanted(undefined);
  });
  const goTo = (line: number) => {
    if (isForm) {
      setWanted(line);
      show({ view: undefined });
      return;
    }
    const area = box.current?.querySelector("textarea");
    if (area === null || area === undefined) return;
    const all = text.split("\n");
    const start = all.slice(0, line - 1).reduce((sum, l) => sum + l.length + 1, 0);
    area.focus();
    area.setSelectionRange(start, start + (all[line - 1]?.length ?? 0));
    area.scrollTop = Math.max(0, (line - 4) * 18);
  };
  return (
    <>
      <p className={`${classes.says} muted`}>
        {policy.version === 0
          ? `This ${policy.scope.replace("_", " ")} has no policy: what is above it holds.`
          : `Version ${policy.version}, by ${policy.actor ?? "nobody"}${policy.at == null ? "" : `, ${time(policy.at, new Date())}`}${policy.note == null ? "" : ` · ${policy.note}`}`}
        <span>Operating model: {policy.operating_model}</span>
      </p>
      {policy.draft != null && <Shadow policy={policy} onTake={write} />}
      <Segments
        label="The policy as"
        options={[
          { value: "text", name: "Text" },
          { value: "form", name: "Form" },
        ]}
        value={isForm ? "form" : "text"}
        onChange={(view) => show({ view: view === "form" ? view : undefined })}
      />
      {isForm ? (
        <PolicyForm policy={policy} text={text} faults={faults} isReadOnly={!writes} onChange={write} />
      ) : (
        <div ref={box} className={classes.editor}>
          <TextArea
            label="Policy"
            isCode
            value={text}
            readOnly={!writes}
            onChange={(e) => write(e.currentTarget.value)}
            help="YAML or JSON. Lines of a section are mandatory for the levels below as its line mandatory says, else as the operating model does."
          />
        </div>
      )}
      {faults.length > 0 ? (
        <Notice state="failed" title={faults.length === 1 ? "One line cannot stand" : `${faults.length} lines cannot stand`}>
          <ul className={classes.faults}>
            {faults.map((f) => (
              <li key={`${f.line} ${f.message}`}>
                <Button small kind="quiet" onClick={() => goTo(f.line)}>
                  Line {f.line}
                </Button>{" "}
                {f.message}
              </li>
            ))}
          </ul>
        </Notice>
      ) : (
        <ProblemNotice problem={check.error} />
      )}
      {writes ? (
        <div className={classes.bar}>
          {!isForm && (
            <div>
              <Choice
                label="Add a line"
                value=""
                onChange={(e) => {
                  const kind = lines.data?.find((l) => l.name === e.currentTarget.value);
                  if (kind !== undefined) write(withLine(text, kind));
                }}
                options={[
                  { value: "", label: "Choose what to say" },
                  ...(lines.data ?? []).map((l) => ({ value: l.name, label: l.name, group: l.section })),
                ]}
              />
            </div>
          )}
          <Button kind="main" disabled={text === policy.text} busy={check.isPending} onClick={() => check.mutate()}>
            Check and save
          </Button>
          <Button disabled={text === policy.text} onClick={() => write(policy.text)}>
            Undo my changes
          </Button>
        </div>
      ) : (
        <p className="muted">
          <StatusMark state="refused" size={13} /> Writing needs the permission policies.write; an officer has it.
        </p>
      )}
      {tightens !== undefined && <Save policy={policy} text={text} tightens={tightens} onClose={() => setTightens(undefined)} />}
    </>
  );
}

/** What changes, whom it tightens, and why: then it is in force, or in shadow. */
function Save({
  policy,
  text,
  tightens,
  onClose,
}: {
  policy: Policy;
  text: string;
  tightens: readonly PolicyConflict[];
  onClose: () => void;
}) {
  const queries = useQueryClient();
  const { keep } = useWritten(policy.level);
  const [note, setNote] = useState("");
  const params = { path: { id: policy.level } };
  const done = async () => {
    await queries.invalidateQueries({ queryKey: ["policies"] });
    onClose();
  };
  const save = useMutation({
    mutationFn: () =>
      get(
        api.PUT("/api/policies/{id}", {
          params: { ...params, header: { "If-Match": tagOf(policy.version) } },
          body: { text, check: false, ...(note.trim() === "" ? {} : { note: note.trim() }) },
        }),
      ),
    onSuccess: () => {
      keep(undefined);
      return done();
    },
  });
  const shadow = useMutation({
    mutationFn: () =>
      get(
        api.PUT("/api/policies/{id}/draft", {
          params: { ...params, header: { "If-Match": tagOf(policy.draft?.version ?? 0) } },
          body: { text },
        }),
      ),
    onSuccess: done,
  });
  return (
    <Dialog
      wide
      title={`Policy of ${policy.name}`}
      onClose={onClose}
      onSend={() => save.mutate()}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button onClick={() => shadow.mutate()} busy={shadow.isPending}>
            Run in shadow
          </Button>
          <Button kind="main" type="submit" busy={save.isPending}>
            Put in force
          </Button>
        </>
      }
    >
      <Diff before={policy.text} after={text} label="What changes" />
      {tightens.length > 0 && (
        <Notice
          state="risk"
          title={`${tightens.length === 1 ? "One line" : `${tightens.length} lines`} below will say more than may be`}
        >
          <ul className={classes.faults}>
            {tightens.map((t) => (
              <li key={`${t.below.level} ${t.line}`}>
                {t.below.name}, line {t.below.number}: <span className="mono">{t.below.text}</span>
              </li>
            ))}
          </ul>
          They stay as they are written; the stricter line counts.
        </Notice>
      )}
      <p className="muted">
        In force it holds for every call within seconds. In shadow it is asked at every call and refuses none: records of calls
        say what it would have refused.
      </p>
      <Field label="Why" value={note} onChange={(e) => setNote(e.currentTarget.value)} help="For the history; may be left out." />
      <ProblemNotice problem={save.error ?? shadow.error} />
    </Dialog>
  );
}
