import { Fragment } from "react";
import { duration } from "../../design/format";
import { type State, StatusMark } from "../../design/Status";
import classes from "./CallDrawer.module.css";
import type { Call } from "./calls";

type Step = { key: string; at: number; name: string; fact: string; state: State; length?: number; wait?: number };

/** Stages by the time of their facts, attempts with the time they waited and wrote. */
export function stepsOf(call: Pick<Call, "started_at_us" | "trail" | "attempts">): Step[] {
  const stages = call.trail.map(
    (t, i): Step => ({
      key: `s${i}`,
      at: t.at_us ?? 0,
      name: words(t.stage ?? ""),
      fact: t.fact ?? "",
      state: (t.stage ?? "").toLowerCase().includes("hold") ? "held" : "idle",
    }),
  );
  const attempts = call.attempts.map(
    (a): Step => ({
      key: `a${a.number}`,
      at: a.started_at_us - call.started_at_us,
      name: `Attempt ${a.number}`,
      fact: [
        a.provider,
        a.error_code?.replaceAll("_", " ") ?? a.model,
        a.status > 0 && a.error_code !== null ? String(a.status) : "",
        a.first_output_us > 0 ? `first output ${duration(a.first_output_us)}` : "",
      ]
        .filter((t) => t !== "")
        .join(", "),
      state: a.error_code !== null ? "failed" : a.outcome === "abandoned" ? "left" : "good",
      length: a.duration_us,
      wait: a.first_output_us > 0 ? a.first_output_us : a.duration_us,
    }),
  );
  return [...stages, ...attempts].sort((a, b) => a.at - b.at);
}

/** hold_budget reads as words. */
function words(stage: string): string {
  const text = stage.replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function Timeline({ call }: { call: Call }) {
  const steps = stepsOf(call);
  const whole = Math.max(1, call.duration_us, ...steps.map((s) => s.at + (s.length ?? 0)));
  return (
    <div className={classes.timeline}>
      <span className={`num faint ${classes.axis}`} aria-hidden="true">
        <span>0</span>
        <span>{duration(whole / 2)}</span>
        <span>{duration(whole)}</span>
      </span>
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
          <span className={`num ${classes.end}`}>{s.length === undefined ? `at ${duration(s.at)}` : duration(s.length)}</span>
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
            x={Math.min(99.4, share(s.at))}
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
