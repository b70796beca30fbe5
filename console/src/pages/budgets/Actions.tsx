import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useChanged } from "../../api/changes";
import { api, get, tagOf } from "../../api/client";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import { Confirm } from "../../design/Dialog";
import { money } from "../../design/format";
import { ProblemNotice } from "../../design/Notice";
import { useZone } from "../../design/zone";
import { LinkTo, useMayOpen } from "../../shell/LinkTo";
import { AskForMore } from "./AskForMore";
import classes from "./BudgetDrawer.module.css";
import { openRequestsQuery } from "./budgets";
import { ChangeLimit } from "./ChangeLimit";
import { callsLink } from "./meter";
import type { Line } from "./tree";

type Ask = "change" | "more" | "off" | "remove";

/** What can be done with a budget or limit; what one may not do is not there. */
export function Actions({ line: { meter, count }, title, name }: { line: Line; title: string; name: string }) {
  const may = useMay();
  const changed = useChanged();
  const mayOpen = useMayOpen();
  const [zone] = useZone();
  const [asked, setAsked] = useState<Ask>();
  const requests = useQuery(openRequestsQuery);
  const noun = meter.is_budget ? "budget" : "limit";
  const done = async () => {
    setAsked(undefined);
    await changed(meter.is_budget ? "budgets" : "limits");
  };
  const params = { params: { path: { id: meter.id }, header: { "If-Match": tagOf(meter.version) } } };
  const turn = useMutation({
    mutationFn: (disabled: boolean) =>
      meter.is_budget
        ? get(api.PATCH("/api/budgets/{id}", { ...params, body: { disabled } }))
        : get(api.PATCH("/api/limits/{id}", { ...params, body: { disabled } })),
    onSuccess: done,
  });
  const remove = useMutation({
    mutationFn: async () =>
      meter.is_budget ? get(api.DELETE("/api/budgets/{id}", params)) : get(api.DELETE("/api/limits/{id}", params)),
    onSuccess: done,
  });
  const write = may("budgets.write");
  const mayAsk = meter.is_budget && may("budgets.ask") && !write;
  const calls = callsLink(meter, count, zone);
  const waiting = requests.data?.filter((r) => r.budget_id === meter.id).length ?? 0;
  return (
    <>
      <div className={classes.actions}>
        {write && (
          <Button small onClick={() => setAsked("change")}>
            Change limit
          </Button>
        )}
        {mayAsk && (
          <Button small onClick={() => setAsked("more")}>
            Ask for more
          </Button>
        )}
        {write &&
          (meter.disabled ? (
            <Button small onClick={() => turn.mutate(false)} busy={turn.isPending}>
              Switch on
            </Button>
          ) : (
            <Button small onClick={() => setAsked("off")}>
              Switch off
            </Button>
          ))}
        {write && (
          <Button small kind="danger" onClick={() => setAsked("remove")}>
            Remove
          </Button>
        )}
        {calls !== null && mayOpen("/calls") && (
          <LinkTo to="/calls" search={calls}>
            Calls
          </LinkTo>
        )}
      </div>
      {asked !== "off" && <ProblemNotice problem={turn.error} />}
      {asked === "change" && <ChangeLimit meter={meter} count={count} title={title} onClose={() => setAsked(undefined)} />}
      {asked === "more" && <AskForMore meter={meter} title={title} onClose={() => setAsked(undefined)} />}
      {asked === "off" && (
        <Confirm
          title={`Switch off the ${noun} ${title}?`}
          effect={`Calls of ${name} are no longer bounded by it, on every node within seconds. What it has counted stays, and it can be switched on again.`}
          act="Switch off"
          keep="Keep it on"
          busy={turn.isPending}
          problem={turn.error}
          onAct={() => turn.mutate(true)}
          onClose={() => setAsked(undefined)}
        />
      )}
      {asked === "remove" && (
        <Confirm
          title={`Remove the ${noun} ${title}?`}
          effect={`Calls of ${name} are no longer bounded by it. ${meter.is_budget ? `The ${money(count.spent)} that it counted, ` : ""}${
            waiting > 0 ? "open requests for more " : ""
          }${meter.is_budget ? "and its alerts lose their budget" : "What it counted is forgotten"}; a new one begins at nothing. This cannot be undone. Records of calls stay.`}
          act={`Remove ${noun}`}
          keep={`Keep ${noun}`}
          typed={{ label: "Type the name of what it bounds", text: name }}
          busy={remove.isPending}
          problem={remove.error}
          onAct={() => remove.mutate()}
          onClose={() => setAsked(undefined)}
        />
      )}
    </>
  );
}
