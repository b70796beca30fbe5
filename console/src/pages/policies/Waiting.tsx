import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useMay, useMe } from "../../api/session";
import { Button } from "../../design/Button";
import { count } from "../../design/format";
import { LoadingRows } from "../../design/LoadingRows";
import { Notice, ProblemNotice } from "../../design/Notice";
import { PlainTable } from "../../design/PlainTable";
import { StatusMark } from "../../design/Status";
import type { Column } from "../../design/Table";
import { useTimes } from "../../design/zone";
import { LinkTo } from "../../shell/LinkTo";
import { useNames } from "../overview/names";
import { Decide } from "./Decide";
import classes from "./PoliciesPage.module.css";
import type { Policy } from "./policies";
import { Reviews } from "./Reviews";
import { reviewsQuery } from "./reviews";
import { type PolicyRequest, riskOf, type Standing, standOf } from "./standing";
import { requestsQuery, standingsQuery } from "./waiting";

/** What waits for a person at a level and below it: calls that a rule asks about, and use cases that nobody approved. */
export function Waiting({ policy }: { policy: Policy }) {
  const may = useMay();
  const requests = useQuery(requestsQuery(policy.level));
  const standings = useQuery(standingsQuery(policy.level));
  const [asked, setAsked] = useState<{ of: PolicyRequest; isApproval: boolean }>();
  const reviews = useQuery(reviewsQuery(policy.level));
  const problem = requests.error ?? standings.error ?? reviews.error;
  if (problem !== null) return <ProblemNotice problem={problem} />;
  if (requests.data === undefined || standings.data === undefined || reviews.data === undefined)
    return <LoadingRows columns={4} />;
  const open = requests.data.items.filter((r) => r.state === "open");
  const decided = requests.data.items.filter((r) => r.state !== "open");
  return (
    <>
      {open.length === 0 && standings.data.length === 0 && !reviews.data.items.some((r) => r.state === "open") && (
        <Notice state="good" title="Nothing waits for a person">
          A content rule with the action ask has calls wait here, and the lines of approvals have use cases wait.
        </Notice>
      )}
      {!may("policies.approve") && open.length + standings.data.length > 0 && (
        <p className="muted">Deciding needs the permission policies.approve, as owners, admins and officers have it.</p>
      )}
      {open.length > 0 && (
        <>
          <h3>Calls</h3>
          <Requests rows={open} onDecide={(of, isApproval) => setAsked({ of, isApproval })} />
        </>
      )}
      {standings.data.length > 0 && (
        <>
          <h3>Use cases</h3>
          <UseCases rows={standings.data} />
        </>
      )}
      {reviews.data.items.length > 0 && (
        <>
          <h3>Reported false alarms</h3>
          <p className="muted">
            What else waits for an answer, and how far it is:{" "}
            <LinkTo to="/findings" search={{ tab: "review" }}>
              Findings, Review
            </LinkTo>
            .
          </p>
          <Reviews rows={reviews.data.items} />
        </>
      )}
      {decided.length > 0 && (
        <>
          <h3>Decided calls</h3>
          <Decided rows={decided} onTakeBack={(of) => setAsked({ of, isApproval: false })} />
        </>
      )}
      {asked !== undefined && <Decide of={asked.of} isApproval={asked.isApproval} onClose={() => setAsked(undefined)} />}
    </>
  );
}

function useWho() {
  const names = useNames();
  return (r: PolicyRequest) => (
    <span className={classes.origin}>
      <span className="cut">{names.of("use_case", r.use_case_id)}</span>
      {r.key_id != null && <span className="muted cut">key {names.of("key", r.key_id)}</span>}
    </span>
  );
}

const whereOf = (channel: string) =>
  channel === "output" ? "the answer" : channel === "arguments" ? "the arguments of a tool" : channel;

function Rule({ of: r }: { of: PolicyRequest }) {
  return (
    <span className={classes.origin}>
      <span className="mono cut" title={r.line}>
        {r.line}
      </span>
      <span className="muted">
        version {r.level_version}, line {r.line_number}: {count(r.found_length)}{" "}
        {r.found_length === 1 ? "character" : "characters"} in {whereOf(r.channel)}
      </span>
    </span>
  );
}

function Requests({ rows, onDecide }: { rows: PolicyRequest[]; onDecide: (of: PolicyRequest, isApproval: boolean) => void }) {
  const may = useMay();
  const { data: me } = useMe();
  const who = useWho();
  const { time, fullTime } = useTimes();
  const columns: Column<PolicyRequest>[] = [
    { id: "rule", head: "Rule", cell: (r) => <Rule of={r} /> },
    { id: "who", head: "Whose", width: 190, cell: who },
    {
      id: "call",
      head: "Call",
      width: 170,
      cell: (r) => (
        <span className={classes.origin}>
          <LinkTo to="/calls" search={{ call: r.call_id }}>
            <span className="mono cut">{r.model}</span>
          </LinkTo>
          <span className="muted" title={fullTime(r.asked_at)}>
            {time(r.asked_at, new Date())}
            {r.asks > 1 && `, ${count(r.asks)} times`}
          </span>
        </span>
      ),
    },
    {
      id: "decide",
      head: "",
      width: 190,
      right: true,
      cell: (r) =>
        !may("policies.approve") ? (
          ""
        ) : r.person_id !== null && r.person_id === me?.id ? (
          <span className="muted">Your own: somebody else decides</span>
        ) : (
          <span className={classes.says}>
            <Button small kind="main" onClick={() => onDecide(r, true)}>
              Let it pass
            </Button>
            <Button small onClick={() => onDecide(r, false)}>
              Decline
            </Button>
          </span>
        ),
    },
  ];
  return <PlainTable label="Calls that wait" columns={columns} rows={rows} idOf={(r) => r.id} />;
}

function Decided({ rows, onTakeBack }: { rows: PolicyRequest[]; onTakeBack: (of: PolicyRequest) => void }) {
  const may = useMay();
  const who = useWho();
  const { time } = useTimes();
  const columns: Column<PolicyRequest>[] = [
    {
      id: "state",
      head: "Call",
      width: 170,
      cell: (r) => (
        <span className={classes.name}>
          <StatusMark state={standOf(r).state} label={standOf(r).word} />
          <LinkTo to="/calls" search={{ call: r.call_id }}>
            {standOf(r).word}
          </LinkTo>
        </span>
      ),
    },
    { id: "rule", head: "Rule", cell: (r) => <Rule of={r} /> },
    { id: "who", head: "Whose", width: 190, cell: who },
    {
      id: "decided",
      head: "Decided",
      cell: (r) => (
        <span className={classes.wrap}>
          {r.decided_by_name ?? "–"}
          {r.decided_at !== null && <span className="muted">, {time(r.decided_at, new Date())}</span>}
          {r.live && r.until !== null && <span className="muted">, until {time(r.until, new Date())}</span>}
          {r.note !== null && <span className="muted"> — “{r.note}”</span>}
        </span>
      ),
    },
    {
      id: "back",
      head: "",
      width: 110,
      right: true,
      cell: (r) =>
        r.live && may("policies.approve") ? (
          <Button small onClick={() => onTakeBack(r)}>
            Take back
          </Button>
        ) : (
          ""
        ),
    },
  ];
  return <PlainTable label="Decided calls" columns={columns} rows={rows} idOf={(r) => r.id} />;
}

const useCaseColumns: Column<Standing>[] = [
  {
    id: "name",
    head: "Use case",
    width: 200,
    cell: (s) => (
      <LinkTo to="/settings" search={{ tab: "organisation", open: s.use_case_id }}>
        {s.name}
      </LinkTo>
    ),
  },
  { id: "risk", head: "Risk", width: 210, cell: (s) => riskOf(s) },
  {
    id: "has",
    head: "Approvals",
    width: 100,
    cell: (s) => (
      <span className="num">
        {s.given} of {s.needed}
      </span>
    ),
  },
  { id: "why", head: "Why it waits", cell: (s) => <span className={classes.wrap}>{s.why}</span> },
];

function UseCases({ rows }: { rows: Standing[] }) {
  return <PlainTable label="Use cases that wait" columns={useCaseColumns} rows={rows} idOf={(s) => s.use_case_id} />;
}
