import { useQuery } from "@tanstack/react-query";
import { Fragment } from "react";
import { api, get } from "../../api/client";
import { Drawer, Facts, Section } from "../../design/Drawer";
import { count, duration, exactMoney, fullTime, money } from "../../design/format";
import { ProblemNotice } from "../../design/Notice";
import { type State, StatusMark } from "../../design/Status";
import classes from "./CallDrawer.module.css";
import { type Call, outcomeOf } from "./outcome";

/** One call: what happened when, at whom, for how much. */
export function CallDrawer({ id, onClose }: { id: string; onClose: () => void }) {
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
  const { state, title } = outcomeOf(c);
  return (
    <Drawer
      state={state === "answered" ? "good" : state}
      title={title}
      id={id}
      note={fullTime(new Date((c.started_at_us ?? 0) / 1000))}
      onClose={onClose}
    >
      <Facts
        facts={[
          ["Cost", c.outcome === "refused" ? "–" : <Cost key="cost" call={c} />],
          ["Duration", duration(c.duration_us)],
          ["First output", duration(c.first_output_us || null)],
          ["Tokens in / out", `${count(c.usage?.total_input)} / ${count(c.usage?.total_output)}`],
          ["Route", <Name key="route" text={c.route ?? c.requested_model} />],
          ["Served by", <Name key="by" text={c.served_model} />],
          ["Provider", c.provider ?? "–"],
          ["Portico itself", duration(c.overhead_us)],
        ]}
      />
      {c.error_message != null && (
        <Section title="Why" note={c.error_code ?? undefined}>
          <p className={classes.text}>{c.error_message}</p>
        </Section>
      )}
      {stepsOf(c).length > 0 && (
        <Section title="Timeline">
          <Timeline call={c} />
        </Section>
      )}
      <Section
        title="Cost"
        note={c.unpriced ? "no price was known" : `held ${money(c.held_nano_usd, 4)}, settled ${money(c.cost_nano_usd, 4)}`}
      >
        <Tokens call={c} />
      </Section>
    </Drawer>
  );
}

function Name({ text }: { text: string | null | undefined }) {
  return <span className="mono">{text ?? "–"}</span>;
}

function Cost({ call }: { call: Call }) {
  return call.unpriced ? "unpriced" : <span title={exactMoney(call.cost_nano_usd ?? 0)}>{money(call.cost_nano_usd, 4)}</span>;
}

type Step = { key: string; at: number; name: string; fact: string; state: State; length?: number; wait?: number };

/** Stages by the time of their facts, attempts with the time they waited and wrote. */
function stepsOf(call: Call): Step[] {
  const begun = call.started_at_us ?? 0;
  const stages = (call.trail ?? []).map(
    (t, i): Step => ({ key: `s${i}`, at: t.at_us ?? 0, name: t.stage ?? "", fact: t.fact ?? "", state: "idle" }),
  );
  const attempts = (call.attempts ?? []).map(
    (a): Step => ({
      key: `a${a.number}`,
      at: (a.started_at_us ?? begun) - begun,
      name: `Attempt ${a.number}`,
      fact: `${a.provider}, ${a.error_code?.replaceAll("_", " ") ?? a.model}`,
      state: a.error_code == null ? "good" : "failed",
      length: a.duration_us ?? 0,
      wait: a.first_output_us ?? 0,
    }),
  );
  return [...stages, ...attempts].sort((a, b) => a.at - b.at);
}

function Timeline({ call }: { call: Call }) {
  const steps = stepsOf(call);
  const whole = Math.max(1, call.duration_us ?? 1, ...steps.map((s) => s.at + (s.length ?? 0)));
  return (
    <div className={classes.timeline}>
      {steps.map((s) => (
        <Fragment key={s.key}>
          <span className={classes.step}>
            <StatusMark state={s.state} />
            <span className={s.length === undefined ? undefined : "strong"}>{s.name}</span>
          </span>
          <span className="muted cut" title={s.fact}>
            {s.fact}
          </span>
          <Bar step={s} whole={whole} />
          <span className={`num ${classes.end}`}>{duration(s.length ?? s.at)}</span>
        </Fragment>
      ))}
    </div>
  );
}

/** Waiting is pale, writing solid; a stage is a tick. */
function Bar({ step: s, whole }: { step: Step; whole: number }) {
  const share = (us: number) => (us / whole) * 100;
  const failed = s.state === "failed";
  return (
    <svg className={classes.bar} viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
      {s.length === undefined ? (
        <rect x={Math.min(99.4, share(s.at))} y="1" width="0.6" height="8" fill="var(--muted)" />
      ) : (
        <>
          <rect
            x={share(s.at)}
            y="1"
            width={Math.max(0.6, share(s.length))}
            height="8"
            fill={failed ? "var(--bad-fill)" : "var(--series-1)"}
            opacity={failed ? 1 : 0.4}
          />
          {!failed && (
            <rect
              x={share(s.at + (s.wait ?? 0))}
              y="1"
              width={Math.max(0, share(s.length - (s.wait ?? 0)))}
              height="8"
              fill="var(--series-1)"
            />
          )}
        </>
      )}
    </svg>
  );
}

function Tokens({ call }: { call: Call }) {
  const u = call.usage ?? {};
  const all: [string, number | undefined][] = [
    ["Input, uncached", u.input],
    ["Input, read from cache", u.cache_read],
    ["Input, written to cache", (u.cache_write ?? 0) + (u.cache_write_long ?? 0)],
    ["Input, audio", u.audio_input],
    ["Input, image", u.image_input],
    ["Output, text", u.output],
    ["Output, reasoning", u.reasoning],
    ["Output, audio", u.audio_output],
    ["Output, image", u.image_output],
    ["Searches", u.searches],
    ["Characters", u.characters],
    ["Images", u.images],
  ];
  return (
    <>
      <table className={classes.tokens}>
        <thead>
          <tr>
            <th scope="col">Class</th>
            <th scope="col">Used</th>
          </tr>
        </thead>
        <tbody>
          {all
            .filter(([, n]) => (n ?? 0) > 0)
            .map(([name, n]) => (
              <tr key={name}>
                <td>{name}</td>
                <td>{count(n)}</td>
              </tr>
            ))}
          <tr className="strong">
            <td>Settled</td>
            <td title={exactMoney(call.cost_nano_usd ?? 0)}>{call.unpriced ? "unpriced" : money(call.cost_nano_usd, 6)}</td>
          </tr>
        </tbody>
      </table>
      <p className="muted">
        {u.source === "estimated" ? "Counted here, since the provider reported nothing: an estimate. " : ""}
        {call.price_id == null ? "" : `Priced with version ${call.price_version} of its price. `}
        {(call.saved_nano_usd ?? 0) > 0 ? `The cache saved ${money(call.saved_nano_usd, 4)}.` : ""}
      </p>
    </>
  );
}
