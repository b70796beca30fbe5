import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { connectionsQuery, providerHealthQuery } from "../../api/lists";
import { useMay } from "../../api/session";
import { duration, percent } from "../../design/format";
import { StatusMark } from "../../design/Status";
import { stateOfDeployment } from "../models/health";
import { deploymentsQuery, hubQuery } from "../models/models";
import type { Lane } from "./lanes";
import classes from "./Routes.module.css";

/** What is known of where targets lead, as far as one may see it. */
export function useWorld() {
  const may = useMay();
  const deployments = useQuery({ ...deploymentsQuery, enabled: may("routes.read") }).data;
  const hub = useQuery({ ...hubQuery, enabled: may("models.read") }).data;
  const connections = useQuery({ ...connectionsQuery, enabled: may("connections.read") }).data;
  const health = useQuery({ ...providerHealthQuery, enabled: may("connections.read") }).data;
  return useMemo(
    () => ({
      deployments: deployments ?? [],
      hub: hub ?? [],
      connections: new Map((connections ?? []).map((c) => [c.id, { name: c.name, disabled: c.disabled }])),
      health: new Map((health?.items ?? []).map((h) => [h.id, h])),
    }),
    [deployments, hub, connections, health],
  );
}

/** Deployments in their order or with their share, and how each is. */
export function Lanes({ lanes, strategy }: { lanes: readonly Lane[]; strategy: string }) {
  return (
    <ol className={classes.lanes} aria-label="Where it leads">
      {lanes.map((lane, i) => {
        const trouble = stateOfDeployment(lane.health);
        const shown =
          lane.off !== null
            ? ({ state: "idle", word: "Not called" } as const)
            : (trouble ?? ({ state: "good", word: "Well" } as const));
        return (
          <li key={lane.key} className={lane.off === null ? classes.lane : `${classes.lane} ${classes.off}`}>
            {lane.share !== null ? (
              <span className={classes.share}>
                <span className="num">{percent(lane.share, lane.share < 0.1 ? 1 : 0)}</span>
                <svg className={classes.bar} viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
                  <rect width="100" height="4" fill="var(--track)" />
                  <rect width={lane.share * 100} height="4" fill="var(--series-1)" />
                </svg>
              </span>
            ) : strategy === "ordered" ? (
              <span className={classes.turn}>{i + 1}</span>
            ) : (
              <span />
            )}
            <span className={classes.where}>
              <span className="mono cut">{lane.model === "" ? (lane.deployment ?? "nothing") : lane.model}</span>
              {lane.connection !== "" && <span className="muted cut">at {lane.connection}</span>}
            </span>
            <span className={classes.health}>
              <StatusMark state={shown.state} />
              {shown.word}
            </span>
            <span className={`num muted ${classes.time}`} title="Time to first output, half of the calls of the last 15 minutes">
              {lane.health === undefined || lane.health.first_output.calls === 0 ? "" : duration(lane.health.first_output.p50_us)}
            </span>
            {lane.off !== null && <span className={`${classes.reason} muted`}>{sentence(lane.off)}</span>}
          </li>
        );
      })}
    </ol>
  );
}

export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
}
