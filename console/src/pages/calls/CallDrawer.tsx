import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { api, get } from "../../api/client";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import { CopyButton } from "../../design/CopyButton";
import { Drawer, Facts, Section } from "../../design/Drawer";
import { count, duration, exactMoney, fullTime, money } from "../../design/format";
import { LongText } from "../../design/LongText";
import { ProblemNotice } from "../../design/Notice";
import { isTyping } from "../../design/TimeRange";
import { useZone } from "../../design/zone";
import { ButtonTo, LinkTo } from "../../shell/LinkTo";
import classes from "./CallDrawer.module.css";
import { Conversation, useContents } from "./Conversation";
import { Cost } from "./Cost";
import { type Call, type CallSearch, outcomeOf, rowOf } from "./calls";
import type { Names } from "./columns";
import { curlOf } from "./curl";
import { Explain, unexplained } from "./Explain";
import { Findings } from "./Findings";
import { stepsOf, Timeline } from "./Timeline";

type Props = {
  id: string;
  names: Names;
  isExplained: boolean;
  show: (next: CallSearch) => void;
  onClose: () => void;
};

/** One call: what happened when, at whom, for how much, and what was said. */
export function CallDrawer({ id, names, isExplained, show, onClose }: Props) {
  const [zone] = useZone();
  const call = useQuery({
    queryKey: ["calls", "one", id],
    queryFn: ({ signal }) => get(api.GET("/api/calls/{id}", { params: { path: { id } }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (call.data === undefined)
    return (
      <Drawer state="idle" title="Call" id={id} onClose={onClose}>
        <ProblemNotice problem={call.error} />
      </Drawer>
    );
  const c = call.data;
  const { state, title } = outcomeOf(rowOf(c));
  return (
    <Drawer
      state={state === "answered" ? "good" : state}
      title={title}
      id={id}
      note={fullTime(new Date(c.started_at_us / 1000), zone)}
      onClose={onClose}
    >
      <Opened call={c} names={names} isExplained={isExplained} show={show} />
    </Drawer>
  );
}

function Opened({ call: c, names, isExplained, show }: Omit<Props, "id" | "onClose"> & { call: Call }) {
  const said = useContents(c.id);
  const body = useRef<HTMLDivElement>(null);
  const may = useMay();
  const why = unexplained(c);
  const mayExplain = may("routes.read");
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "e" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (!mayExplain || why !== undefined) return;
      event.preventDefault();
      show({ explain: "1" });
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [mayExplain, why, show]);
  const curl = curlOf(c, location.origin, said.contents.data?.prompt.text);
  const lead = (name: string) => () => body.current?.querySelector(`[data-part="${name}"]`)?.scrollIntoView({ block: "start" });
  const steps = stepsOf(c);
  return (
    <div ref={body}>
      <Facts
        facts={[
          ["Cost", c.outcome === "refused" ? "–" : <CostFact key="cost" call={c} />],
          ["Duration", duration(c.duration_us)],
          ["First output", duration(c.first_output_us || null)],
          ["Tokens in / out", `${count(c.usage.total_input)} / ${count(c.usage.total_output)}`],
          [
            "Route",
            <LinkTo key="route" to="/routes" search={c.route === null ? null : { route: c.route }}>
              <span className="mono">{c.route ?? c.requested_model ?? "–"}</span>
            </LinkTo>,
          ],
          ["Served by", <Name key="by" text={c.served_model} />],
          ["Provider", c.provider ?? "–"],
          ["Portico itself", duration(c.overhead_us)],
          ["Caller", <Caller key="caller" call={c} names={names} />],
          ["Use case", names.caseOf(c.use_case_id) ?? "–"],
          ["Operation", c.operation.replaceAll("_", " ")],
          ["Ended", c.finish.replaceAll("_", " ")],
        ]}
      />
      <div className={classes.actions}>
        <ButtonTo to="/playground" search={{ call: c.id }} icon="play">
          Rerun in playground
        </ButtonTo>
        {mayExplain && (
          <Button icon="path" why={why} title="What it would meet now (E)" onClick={() => show({ explain: "1" })}>
            Explain
          </Button>
        )}
        {curl !== undefined && (
          <CopyButton icon="code" text={() => curl}>
            Copy as curl
          </CopyButton>
        )}
        <ButtonTo to="/budgets" search={c.key_id === null ? null : { key: c.key_id }}>
          Budgets
        </ButtonTo>
      </div>
      <nav className={classes.tabs} aria-label="Parts of the call">
        {steps.length > 0 && (
          <button type="button" onClick={lead("timeline")}>
            Timeline
          </button>
        )}
        <button type="button" onClick={lead("cost")}>
          Cost
        </button>
        <button type="button" onClick={lead("said")}>
          Conversation
        </button>
        <button type="button" onClick={lead("record")}>
          Record
        </button>
      </nav>
      {isExplained && why === undefined && <Explain call={c} onClose={() => show({ explain: undefined })} />}
      {c.error_message !== null && (
        <Section title="Why" note={c.error_code ?? undefined}>
          <p className={classes.text}>{c.error_message}</p>
        </Section>
      )}
      {c.findings.length > 0 && <Findings call={c} />}
      {steps.length > 0 && (
        <div data-part="timeline">
          <Section title="Timeline">
            <Timeline call={c} />
          </Section>
        </div>
      )}
      <div data-part="cost">
        <Cost call={c} />
      </div>
      <div data-part="said">
        <Conversation of={said} call={c.id} workspace={c.workspace_id ?? null} />
      </div>
      <div data-part="record">
        <Record call={c} />
      </div>
    </div>
  );
}

/** As the API has it. */
function Record({ call }: { call: Call }) {
  const text = JSON.stringify(call, null, 2);
  return (
    <Section
      title="Record"
      note={
        <CopyButton small text={() => text}>
          Copy JSON
        </CopyButton>
      }
    >
      <LongText text={text} isCode />
    </Section>
  );
}

function Caller({ call, names }: { call: Call; names: Names }) {
  const person = names.person(call.person_id);
  const key = names.key(call.key_id);
  if (call.key_id === null) return "–";
  return (
    <LinkTo to="/keys" search={{ key: call.key_id }}>
      <span className="mono" title={person === undefined ? undefined : `Key ${key}`}>
        {person ?? key}
      </span>
    </LinkTo>
  );
}

function Name({ text }: { text: string | null }) {
  return (
    <span className="mono" title={text ?? undefined}>
      {text ?? "–"}
    </span>
  );
}

function CostFact({ call }: { call: Call }) {
  return call.unpriced ? "unpriced" : <span title={exactMoney(call.cost_nano_usd)}>{money(call.cost_nano_usd, 4)}</span>;
}
