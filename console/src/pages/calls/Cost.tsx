import { useQuery } from "@tanstack/react-query";
import { api, get, type Schemas } from "../../api/client";
import { Section } from "../../design/Drawer";
import { count, exactMoney, money } from "../../design/format";
import { ProblemNotice } from "../../design/Notice";
import classes from "./CallDrawer.module.css";
import type { Call } from "./calls";

type Part = Schemas["CostPart"];

const names: Readonly<Record<string, string>> = {
  input: "Input, uncached",
  cache_read: "Input, read from cache",
  cache_write: "Input, written to cache",
  cache_write_long: "Input, written to cache for long",
  audio_input: "Input, audio",
  image_input: "Input, image",
  output: "Output, text",
  reasoning: "Output, reasoning",
  audio_output: "Output, audio",
  image_output: "Output, image",
  searches: "Searches",
  characters: "Characters",
  audio_ms: "Audio, milliseconds",
  images: "Images",
  web_searches: "Searches of the web",
  file_searches: "Searches of files",
  containers: "Containers",
  requests: "Requests",
};

const colours = ["series-1", "series-4", "series-2", "series-5", "series-3", "series-6"];

/** What was used, at which price, beside what was held. The server has multiplied. */
export function Cost({ call }: { call: Call }) {
  const cost = useQuery({
    queryKey: ["calls", "cost", call.id],
    queryFn: ({ signal }) => get(api.GET("/api/calls/{id}/cost", { params: { path: { id: call.id } }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const parts = cost.data?.attempts.flatMap((a) => a.parts.map((p) => ({ ...p, attempt: a.number }))) ?? [];
  const several = (cost.data?.attempts.filter((a) => a.parts.length > 0).length ?? 0) > 1;
  const whole = parts.reduce((all, p) => all + (p.cost_nano_usd ?? 0), 0);
  return (
    <Section
      title="Cost"
      note={
        call.unpriced ? "no price was known" : `held ${money(call.held_nano_usd, 4)}, settled ${money(call.cost_nano_usd, 4)}`
      }
    >
      <ProblemNotice problem={cost.error} />
      {whole > 0 && <Shares parts={parts} whole={whole} />}
      {cost.data !== undefined && (
        <table className={classes.tokens}>
          <thead>
            <tr>
              <th scope="col">Class</th>
              <th scope="col">Used</th>
              <th scope="col">$ per million</th>
              <th scope="col">Cost $</th>
            </tr>
          </thead>
          <tbody>
            {parts.map((p, i) => (
              <tr key={`${p.attempt} ${p.name}`}>
                <td>
                  <i className={classes.swatch} style={{ background: `var(--${colours[i % colours.length]})` }} />
                  {names[p.name] ?? p.name}
                  {several && <span className="muted"> · attempt {p.attempt}</span>}
                </td>
                <td>{count(p.quantity)}</td>
                <td>{rate(p)}</td>
                <td title={p.cost_nano_usd === null ? undefined : exactMoney(p.cost_nano_usd)}>
                  {p.cost_nano_usd === null ? "unpriced" : money(p.cost_nano_usd, 6).slice(1)}
                </td>
              </tr>
            ))}
            <tr className="strong">
              <td>Settled</td>
              <td>{count(call.usage.total)}</td>
              <td />
              <td title={exactMoney(call.cost_nano_usd)}>{call.unpriced ? "unpriced" : money(call.cost_nano_usd, 6).slice(1)}</td>
            </tr>
          </tbody>
        </table>
      )}
      <p className="muted">
        {call.outcome === "refused" && "It was refused before a provider was asked: it cost nothing. "}
        {call.usage.source === "estimated" && "Counted here, since the provider reported nothing: an estimate. "}
        {call.usage.source === "reported" && "Counts reported by the provider. "}
        {call.price_id !== null && `Priced with version ${call.price_version} of its price. `}
        {sourceOf(cost.data?.attempts)}
        {call.saved_nano_usd > 0 && `The cache saved ${money(call.saved_nano_usd, 4)}.`}
      </p>
    </Section>
  );
}

/** Prices are for so many; those of tokens are said for a million, the others as they are. */
function rate(p: Part): string {
  if (p.rate_nano_usd === null) return "–";
  const each = money(p.rate_nano_usd, 3).slice(1);
  return p.per === 1_000_000 ? each : p.per === 1 ? `${each} each` : `${each} a minute`;
}

function sourceOf(attempts: readonly Schemas["AttemptCost"][] | undefined): string {
  const source = attempts?.find((a) => a.price_source !== null)?.price_source;
  return source == null ? "" : `Source: ${source.replace(/\.$/, "")}. `;
}

function Shares({ parts, whole }: { parts: readonly Part[]; whole: number }) {
  let at = 0;
  return (
    <svg className={classes.shares} viewBox="0 0 1000 8" preserveAspectRatio="none" aria-hidden="true">
      {parts.map((p, i) => {
        const width = ((p.cost_nano_usd ?? 0) / whole) * 1000;
        const from = at;
        at += width;
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: parts have no name of their own over several attempts
            key={i}
            x={from}
            width={Math.max(0, width - 2)}
            height="8"
            fill={`var(--${colours[i % colours.length]})`}
          />
        );
      })}
    </svg>
  );
}
