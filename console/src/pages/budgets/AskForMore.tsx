import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, get } from "../../api/client";
import { Button } from "../../design/Button";
import { Dialog } from "../../design/Dialog";
import { Field } from "../../design/Field";
import { money } from "../../design/format";
import { fieldError, ProblemNotice } from "../../design/Notice";
import { usdOf } from "./ChangeLimit";
import type { Meter } from "./meter";

/** Asks whoever may change budgets for a higher limit. */
export function AskForMore({ meter, title, onClose }: { meter: Meter; title: string; onClose: () => void }) {
  const queries = useQueryClient();
  const [limit, setLimit] = useState(usdOf(Math.ceil(meter.limit * 1.25)));
  const [reason, setReason] = useState("");
  const ask = useMutation({
    mutationFn: () =>
      get(
        api.POST("/api/budget-requests", {
          body: { budget_id: meter.id, limit_usd: limit.replaceAll(",", "").replace("$", "").trim(), reason },
        }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["budget-requests"] });
      onClose();
    },
  });
  return (
    <Dialog
      title={`Ask for more: ${title}`}
      onClose={onClose}
      onSend={() => ask.mutate()}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="main" type="submit" busy={ask.isPending}>
            Ask
          </Button>
        </>
      }
    >
      <p className="muted">Somebody who may change budgets decides. Until then the limit stays at {money(meter.limit)}.</p>
      <Field
        label="New limit"
        inputMode="decimal"
        autoFocus
        unit="US dollars"
        value={limit}
        error={fieldError(ask.error, "limit_usd")}
        onChange={(e) => setLimit(e.currentTarget.value)}
      />
      <Field
        label="What for"
        help="Who decides reads this, and it is kept with the decision."
        value={reason}
        error={fieldError(ask.error, "reason")}
        onChange={(e) => setReason(e.currentTarget.value)}
      />
      <ProblemNotice problem={ask.error} fields={["limit_usd", "reason"]} />
    </Dialog>
  );
}
