import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import { Copy } from "../../design/Copy";
import { bytes, count, duration, fullTime, percent, span, time } from "../../design/format";
import { LoadingRows } from "../../design/LoadingRows";
import { Notice, ProblemNotice } from "../../design/Notice";
import { Part } from "../../design/Part";
import { StatusMark } from "../../design/Status";
import { useZone } from "../../design/zone";
import { useMayOpen } from "../../shell/LinkTo";
import { TopBar } from "../../shell/Shell";
import classes from "./HealthPage.module.css";
import { Counters, Queues, Rounds } from "./HealthTables";
import { type Finding, type HealthSearch, others, type Report, sentence, sorted, states } from "./health";
import { everyMs, healthQuery } from "./query";

const here = getRouteApi("/inside/health");

/** Is Portico itself well, and what is to be done where it is not. */
export function HealthPage() {
  const report = useQuery(healthQuery);
  const [zone] = useZone();
  const data = report.data;
  return (
    <>
      <TopBar title="Health">
        {data !== undefined && (
          <span className="muted num" title={fullTime(data.node.now, zone)}>
            as of {time(data.node.now, new Date(), zone)}
          </span>
        )}
        <Button onClick={() => report.refetch()} busy={report.isFetching && report.error !== null}>
          Look again
        </Button>
      </TopBar>
      <div className={classes.sheet}>
        {report.error !== null && data !== undefined && (
          <Notice state="failed" title={report.error.message}>
            You see what was told at {time(data.node.now, new Date(), zone)}. It is asked again every {everyMs / 1000} s.
          </Notice>
        )}
        {data !== undefined ? (
          <Told report={data} />
        ) : report.error !== null ? (
          <ProblemNotice problem={report.error} />
        ) : (
          <LoadingRows columns={4} />
        )}
      </div>
    </>
  );
}

function Told({ report }: { report: Report }) {
  const [zone] = useZone();
  const now = new Date(report.node.now);
  const at = (value: string | null | undefined, none: string) =>
    value == null ? none : <span title={fullTime(value, zone)}>{time(value, now, zone)}</span>;
  const may = useMay();
  const mayOpen = useMayOpen();
  const search = here.useSearch();
  const navigate = here.useNavigate();
  const sorting = (list: keyof HealthSearch) => ({
    by: search[list],
    onSort: (sort: string | undefined) => void navigate({ search: (old) => ({ ...old, [list]: sort }), resetScroll: false }),
  });
  const { node, store, journal, disk } = report;
  const known = others(report);
  return (
    <>
      <div className={classes.state}>
        <StatusMark state={states[report.state].state} size={18} label={states[report.state].word} />
        <p>{sentence(report.checks)}</p>
      </div>
      <dl className={classes.figures}>
        <Figure
          name="Up"
          value={node.started_at == null ? "–" : span(node.started_at, now)}
          note={<>since {at(node.started_at, "–")}</>}
        />
        <Figure name="Calls under way" value={count(node.live_calls)} note="on this node" />
        <Figure
          name="Store answers in"
          value={store.good ? duration(store.query_ms * 1000) : "no answer"}
          note={store.engine === "sqlite" ? "SQLite, one query" : "PostgreSQL, one query"}
        />
        <Figure
          name="Waiting in the journal"
          value={bytes(journal.backlog_bytes)}
          note={`calls are refused from ${bytes(journal.max_bytes)} on`}
        />
        <Figure
          name="Memory"
          value={bytes(node.memory_bytes)}
          note={`of ${bytes(node.memory_limit_bytes)}, ${percent(node.memory_bytes / node.memory_limit_bytes, 0)}`}
        />
        <Figure
          name="Free on the disk"
          value={bytes(disk?.free_bytes)}
          note={
            disk == null
              ? "it cannot be read"
              : `of ${bytes(disk.total_bytes)}, ${percent(disk.free_bytes / disk.total_bytes, 0)}`
          }
        />
      </dl>
      <Part title="Checks" says="What was looked at just now, what is not well first.">
        <ul className={classes.checks}>
          {sorted(report.checks).map((c) => (
            <CheckLine key={c.what + c.detail} of={c} />
          ))}
        </ul>
      </Part>
      <Part title="This node" says="The one that answered. It speaks for itself alone.">
        <dl className={classes.facts}>
          <Fact name="Node">
            <Copy text={node.id} label="id" />
          </Fact>
          <Fact name="Host">{node.host}</Fact>
          <Fact name="Version">{node.version}</Fact>
          <Fact name="Managed heap">{bytes(node.heap_bytes)}</Fact>
          <Fact name="Migrations applied">{count(store.migrations)}</Fact>
          <Fact name="Journal on disk">{bytes(journal.kept_bytes)}</Fact>
          <Fact name="Last drained">{at(journal.drained_at, "no call since the start")}</Fact>
          <Fact name="Data directory">
            <span className="mono" title={disk?.directory}>
              {disk?.directory ?? "–"}
            </span>
          </Fact>
        </dl>
      </Part>
      {known.length > 0 && (
        <Part title="Other nodes" says="Known by the rounds they hold. One that died holds them until they run out.">
          <ul className={classes.checks}>
            {known.map((n) => (
              <li key={n.id}>
                <StatusMark state="idle" />
                <div>
                  <Copy text={n.id} label="id" />
                  <p className="muted">
                    holds {n.rounds.join(", ")} until {time(n.until, now, zone)}
                  </p>
                </div>
              </li>
            ))}
          </ul>
        </Part>
      )}
      {mayOpen("/models") && may("connections.read") && (
        <Part title="Providers" says="How connections and their models fare is told beside them.">
          <p>
            <Link to="/models">Models and connections</Link>
          </p>
        </Part>
      )}
      <Part title="Rounds" says="Hourly work that one node does for all.">
        <Rounds rounds={report.rounds} now={now} zone={zone} sorting={sorting("rounds")} />
      </Part>
      <Part
        title="Queues"
        says="What calls hand to the store without waiting. What does not fit is lost, and counted; records and bills go by the journal instead."
      >
        <Queues queues={report.queues} sorting={sorting("queues")} />
      </Part>
      <Part title="Counters" says="Since this node started.">
        <Counters counters={report.counters} sorting={sorting("counters")} />
      </Part>
    </>
  );
}

function Figure({ name, value, note }: { name: string; value: string; note: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className="num">{value}</dd>
      <dd className={classes.note}>{note}</dd>
    </div>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function CheckLine({ of: check }: { of: Finding }) {
  const { state, word } = states[check.state];
  return (
    <li>
      <StatusMark state={state} label={word} />
      <div>
        <p>
          <b className="strong">{check.what}</b> {check.detail}
        </p>
        {check.fix !== "" && <p className="muted">What to do: {check.fix}.</p>}
      </div>
    </li>
  );
}
