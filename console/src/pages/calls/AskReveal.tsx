import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, get, type Schemas } from "../../api/client";
import { Button } from "../../design/Button";
import { Choice } from "../../design/Choice";
import { Dialog } from "../../design/Dialog";
import { Field } from "../../design/Field";
import { fieldError, ProblemNotice } from "../../design/Notice";

const lengths = [
  { value: "15", label: "15 minutes" },
  { value: "30", label: "30 minutes" },
  { value: "60", label: "An hour" },
  { value: "240", label: "4 hours" },
];

/** Asks for another person's leave to read what was said in a call. */
export function AskReveal({
  call,
  workspace,
  onClose,
}: {
  call: string;
  workspace: string;
  onClose: (made?: Schemas["Reveal"]) => void;
}) {
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  const [minutes, setMinutes] = useState("30");
  const ask = useMutation({
    mutationFn: () =>
      get(api.POST("/api/reveals", { body: { workspace_id: workspace, calls: [call], reason, minutes: Number(minutes) } })),
    onSuccess: async (made) => {
      await queries.invalidateQueries({ queryKey: ["reveals"] });
      onClose(made);
    },
  });
  return (
    <Dialog
      title="Ask to see what was said"
      onClose={() => onClose()}
      onSend={() => ask.mutate()}
      actions={
        <>
          <Button onClick={() => onClose()}>Cancel</Button>
          <Button kind="main" type="submit" busy={ask.isPending}>
            Ask
          </Button>
        </>
      }
    >
      <p className="muted">An owner or officer other than you decides. Your reason and every reading stay in the record.</p>
      <Field
        label="Why"
        help="Who decides reads this."
        autoFocus
        value={reason}
        error={fieldError(ask.error, "reason")}
        onChange={(e) => setReason(e.currentTarget.value)}
      />
      <Choice
        label="For"
        help="From the moment when somebody lets you."
        options={lengths}
        value={minutes}
        error={fieldError(ask.error, "minutes")}
        onChange={(e) => setMinutes(e.currentTarget.value)}
      />
      <ProblemNotice problem={ask.error} fields={["reason", "minutes"]} />
    </Dialog>
  );
}
