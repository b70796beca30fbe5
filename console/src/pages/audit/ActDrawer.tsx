import { useQuery } from "@tanstack/react-query";
import { Button } from "../../design/Button";
import { Copy } from "../../design/Copy";
import { Drawer, Facts, Section } from "../../design/Drawer";
import { count, duration } from "../../design/format";
import { LongText } from "../../design/LongText";
import { ProblemNotice } from "../../design/Notice";
import { useTimes } from "../../design/zone";
import { ButtonTo } from "../../shell/LinkTo";
import classes from "./AuditPage.module.css";
import { type Act, type ActSearch, actionName, endingOf, thingOf, tookUs } from "./acts";
import { Who } from "./columns";
import { ProofCheck } from "./ProofCheck";
import { actQuery, entryQuery } from "./queries";
import type { Actors } from "./useActors";

type Props = {
  id: string;
  /** As the list has it. */
  listed: Act | undefined;
  actors: Actors;
  show: (next: ActSearch) => void;
  onClose: () => void;
};

/** One act: who did what to which thing, the entries that say so, and their proof. */
export function ActDrawer({ id, listed, actors, show, onClose }: Props) {
  const { fullTime } = useTimes();
  const asked = useQuery({ ...actQuery(id), enabled: listed === undefined });
  const act = listed ?? asked.data;
  if (act === undefined)
    return (
      <Drawer state="idle" title="Act" id={id} onClose={onClose}>
        <ProblemNotice problem={asked.error} />
      </Drawer>
    );
  const { state } = endingOf(act);
  return (
    <Drawer
      state={state === "answered" ? "good" : state}
      title={actionName(act.action)}
      id={id}
      note={fullTime(act.at)}
      onClose={onClose}
    >
      <Opened act={act} actors={actors} show={show} />
    </Drawer>
  );
}

function Opened({ act, actors, show }: Pick<Props, "actors" | "show"> & { act: Act }) {
  const { actor, resource, outcome_entry: end } = act;
  const thing = thingOf(resource);
  const begun = useQuery(entryQuery(act.log, act.entry));
  const ended = useQuery({ ...entryQuery(act.log, end ?? 0), enabled: end !== null });
  return (
    <>
      <Facts
        facts={[
          ["Who", <Who key="who" id={actor} actors={actors} />],
          [
            "How it ended",
            <span key="end" title={endingOf(act).title}>
              {endingOf(act).title}
            </span>,
          ],
          ["Status", act.status ?? "–"],
          ["Took", duration(end === null ? null : tookUs(begun.data?.line, ended.data?.line))],
        ]}
      />
      <dl className={classes.ids}>
        {actor !== null && <IdOf name="Who" id={actor} label="id of who it was" />}
        {act.workload !== null && <IdOf name="By the service" id={act.workload} label="id of the service whose token it was" />}
        {thing !== undefined && <IdOf name="Which" id={thing.id} label="id of the thing" />}
        <dt>Method</dt>
        <dd className="mono">{act.action}</dd>
        <dt>Address</dt>
        <dd className="mono">{resource}</dd>
      </dl>
      <div className={classes.actions}>
        {thing?.link !== undefined && (
          <ButtonTo to={thing.link.to} search={thing.link.search}>
            Open it
          </ButtonTo>
        )}
        {thing !== undefined && <Button onClick={() => show({ resource: thing.id })}>All that was done to it</Button>}
        {actor !== null && <Button onClick={() => show({ actor })}>All that they did</Button>}
      </div>
      <ProofCheck key={act.status} act={act} />
      <Section title="Entries" note="as they were written">
        <Entry name={end === null && act.status !== null ? "Refusal" : "Intent"} index={act.entry} line={begun.data?.line} />
        <ProblemNotice problem={begun.error} />
        {end !== null && <Entry name="Outcome" index={end} line={ended.data?.line} />}
        <ProblemNotice problem={ended.error} />
        {act.status === null && (
          <p className="muted">
            There is no outcome: it is under way, or the process that did it died. What it was to do may be done all the same.
          </p>
        )}
      </Section>
    </>
  );
}

function IdOf({ name, id, label }: { name: string; id: string; label: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        <Copy text={id} label={label} whole />
      </dd>
    </>
  );
}

function Entry({ name, index, line }: { name: string; index: number; line: string | undefined }) {
  return (
    <div className={classes.entry}>
      <p className="muted num">
        {name}, entry {count(index + 1)}
      </p>
      {line !== undefined && (
        <div className={`${classes.code} mono`}>
          <LongText text={line} isCode />
        </div>
      )}
    </div>
  );
}
