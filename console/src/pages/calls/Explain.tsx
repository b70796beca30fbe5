import { useQuery } from "@tanstack/react-query";
import { api, get, type Schemas } from "../../api/client";
import { Button } from "../../design/Button";
import { Section } from "../../design/Drawer";
import { count, money, shortId } from "../../design/format";
import { Notice, ProblemNotice } from "../../design/Notice";
import { StatusMark } from "../../design/Status";
import { useTimes } from "../../design/zone";
import classes from "./CallDrawer.module.css";
import type { Call } from "./calls";

const kinds = ["chat", "embeddings", "rerank", "moderation", "speech", "transcription", "translation", "image", "image_edit"];

/** Why a call cannot be explained; undefined where it can. */
export function unexplained(call: Call): string | undefined {
  if (call.key_id === null) return "It was refused before its key was known";
  if (call.requested_model === null) return "It named no model";
  return undefined;
}

/** What the same call would meet now. No provider is called and nothing is held. */
export function Explain({ call, onClose }: { call: Call; onClose: () => void }) {
  const explained = useQuery({
    queryKey: ["calls", "explain", call.id],
    queryFn: ({ signal }) =>
      get(
        api.POST("/api/explain", {
          body: {
            key_id: call.key_id ?? "",
            model: call.requested_model ?? "",
            input_tokens: call.counted_input_tokens,
            choices: 1,
            embeddings: false,
            units: 1,
            ...(kinds.includes(call.operation) ? { kind: call.operation } : {}),
            ...(call.person_id === null ? {} : { person: call.person_id }),
          },
          signal,
        }),
      ),
    // It is about now.
    staleTime: 0,
    gcTime: 0,
  });
  return (
    <Section
      title="What it would meet now"
      note={
        <Button kind="quiet" small onClick={onClose}>
          Hide
        </Button>
      }
    >
      <ProblemNotice problem={explained.error} />
      {explained.data !== undefined && <Explained of={explained.data} />}
    </Section>
  );
}

function Explained({ of: e }: { of: Schemas["Explanation"] }) {
  const { fullTime } = useTimes();
  return (
    <>
      <Notice
        state={e.would_pass ? "good" : "refused"}
        title={e.would_pass ? "It would be let through" : `It would be refused: ${e.refused_with?.replaceAll("_", " ") ?? ""}`}
      >
        {e.reason ?? undefined}
      </Notice>
      {e.route !== null && (
        <p className="muted">
          {e.route.is_implicit ? "The model itself" : `Route ${e.route.name}`}, {e.route.strategy.replaceAll("_", " ")}, at most{" "}
          {count(e.route.max_attempts)} attempts.
        </p>
      )}
      <ul className={classes.lines}>
        {e.deployments.map((d, i) => (
          <li key={d.id}>
            <StatusMark state={d.breaker === "closed" && d.unavailable_until === null ? "good" : "risk"} />
            <span>
              {i + 1}. <span className="mono">{d.model}</span> at {d.connection}
            </span>
            <span className="muted num">
              {d.breaker === "closed" ? "" : `breaker ${d.breaker.replaceAll("_", " ")} · `}
              {d.worst_case_usd === null ? "unpriced" : `at most $${d.worst_case_usd}`}
            </span>
          </li>
        ))}
        {e.left_out.map((d) => (
          <li key={d.id}>
            <StatusMark state="refused" />
            <span>
              <span className="mono">{d.model}</span> at {d.connection}
            </span>
            <span className="muted">{d.why}</span>
          </li>
        ))}
        {e.meters.map((m) => (
          <li key={m.id}>
            <StatusMark state={m.would_pass ? "good" : m.shadow_only ? "risk" : "refused"} />
            <span>
              {m.unit === "nano_usd" ? "Budget" : "Limit"} of {m.scope.replaceAll("_", " ")}{" "}
              <span className="mono">{shortId(m.of)}</span>, {m.window}
            </span>
            <span className="muted num" title={m.resets_at === null ? undefined : `Resets ${fullTime(m.resets_at)}`}>
              {amount(m.unit, m.spent)} spent, {amount(m.unit, m.held)} held of {amount(m.unit, m.limit)}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

const amount = (unit: string, value: number) => (unit === "nano_usd" ? money(value) : count(value));
