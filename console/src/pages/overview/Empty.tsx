import { useQuery } from "@tanstack/react-query";
import { api, get } from "../../api/client";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import { CopyButton } from "../../design/CopyButton";
import { Notice } from "../../design/Notice";
import { useTimes } from "../../design/zone";
import { LinkTo } from "../../shell/LinkTo";
import { useWorkspace } from "../../shell/workspace";
import classes from "./OverviewPage.module.css";
import type { Span } from "./overview";

/** Nothing was recorded in this time: either never, then how the first call is made, or not lately, then when the newest was. */
export function Empty({ span, onTime }: { span: Span; onTime: (text: string) => void }) {
  const { time } = useTimes();
  const may = useMay();
  const workspace = useWorkspace();
  const query = workspace === undefined ? {} : { workspace_id: workspace };
  const newest = useQuery({
    queryKey: ["calls", "newest", query],
    queryFn: ({ signal }) => get(api.GET("/api/calls", { params: { query: { ...query, limit: 1 } }, signal })),
    enabled: may("calls.read"),
    refetchInterval: 5_000,
  });
  if (newest.isPending && newest.fetchStatus !== "idle") return null;
  const last = newest.data?.items[0];
  if (last !== undefined) {
    const at = (last.started_at_us ?? 0) / 1000;
    const wider = widenings.find((w) => at >= span.to - w.ms);
    return (
      <div className={classes.empty}>
        <Notice
          state="idle"
          title="No calls in this time"
          actions={
            wider === undefined ? undefined : <Button onClick={() => onTime(wider.text)}>Show the last {wider.name}</Button>
          }
        >
          The newest is from {time(new Date(at), new Date())}.
        </Notice>
      </div>
    );
  }
  return (
    <div className={classes.empty}>
      <Notice state="idle" title={workspace === undefined ? "No calls yet" : "No calls of this workspace yet"}>
        Here you will see what calls cost and give. Make the first one; it shows here a moment later.
      </Notice>
      <ol className={classes.steps}>
        <li>
          <p>
            <b>Have a service key.</b> The first start printed one; <LinkTo to="/keys">Keys</LinkTo> makes more. Put it into{" "}
            <code className="mono">PORTICO_KEY</code>.
          </p>
        </li>
        <li>
          <p>
            <b>Call the simulated model</b>, which costs nothing and needs no account:
          </p>
          <pre className={classes.code}>{curl}</pre>
          <CopyButton small text={() => curl}>
            Copy
          </CopyButton>
        </li>
        <li>
          <p>
            <b>Look at it</b> here or in <LinkTo to="/calls">Calls</LinkTo>.
          </p>
        </li>
      </ol>
    </div>
  );
}

const day = 86_400_000;
const widenings = [
  { text: "24h", name: "24 hours", ms: day },
  { text: "7d", name: "7 days", ms: 6 * day },
  { text: "30d", name: "30 days", ms: 29 * day },
  { text: "90d", name: "90 days", ms: 89 * day },
] as const;

const curl = `curl ${location.origin}/v1/chat/completions \\
  -H "Authorization: Bearer $PORTICO_KEY" -H 'Content-Type: application/json' \\
  -d '{"model":"sim/echo","messages":[{"role":"user","content":"Hello, Portico"}]}'`;
