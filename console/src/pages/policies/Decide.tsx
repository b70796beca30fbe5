import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, get } from "../../api/client";
import { Button } from "../../design/Button";
import { Dialog } from "../../design/Dialog";
import { Field } from "../../design/Field";
import { fieldError, ProblemNotice } from "../../design/Notice";
import { LinkTo } from "../../shell/LinkTo";
import type { PolicyRequest } from "./standing";

/** Letting a call pass for minutes, declining it, or taking back what passes. */
export function Decide({ of: r, isApproval, onClose }: { of: PolicyRequest; isApproval: boolean; onClose: () => void }) {
  const queries = useQueryClient();
  const [minutes, setMinutes] = useState("60");
  const [words, setWords] = useState("");
  const path = { params: { path: { id: r.id } } };
  const decide = useMutation({
    mutationFn: () =>
      isApproval
        ? get(
            api.POST("/api/policy-requests/{id}/approve", {
              ...path,
              body: { minutes: Number(minutes), ...(words.trim() === "" ? {} : { note: words }) },
            }),
          )
        : get(api.POST("/api/policy-requests/{id}/decline", { ...path, body: { reason: words } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["policies"] });
      onClose();
    },
  });
  return (
    <Dialog
      title={isApproval ? "Let this call pass?" : r.live ? "Take back what passes?" : "Decline this call?"}
      onClose={onClose}
      onSend={() => decide.mutate()}
      actions={
        <>
          <Button onClick={onClose}>Decide later</Button>
          <Button kind="main" type="submit" busy={decide.isPending}>
            {isApproval ? "Let it pass" : r.live ? "Take it back" : "Decline"}
          </Button>
        </>
      }
    >
      <p className="muted">
        {isApproval
          ? "The same call, with the same words from the same key and person, passes this rule from now on, on every node. Any other call asks anew, the next turn of its conversation too."
          : "The call stays refused. Whoever sends it again within a day is told why."}
      </p>
      <p>
        <LinkTo to="/calls" search={{ call: r.call_id }}>
          See the call
        </LinkTo>{" "}
        <span className="muted">What was said in it is shown by a reveal alone.</span>
      </p>
      {isApproval && (
        <Field
          label="For how long"
          inputMode="numeric"
          unit="minutes"
          help="1 to 1440, which is a day."
          value={minutes}
          error={fieldError(decide.error, "minutes")}
          onChange={(e) => setMinutes(e.currentTarget.value)}
        />
      )}
      <Field
        label={isApproval ? "Note" : "Why"}
        help={isApproval ? "Kept with the decision. May be empty." : "Told to whoever sends the same call again."}
        autoFocus
        required={!isApproval}
        value={words}
        error={fieldError(decide.error, isApproval ? "note" : "reason")}
        onChange={(e) => setWords(e.currentTarget.value)}
      />
      <ProblemNotice problem={decide.error} fields={["minutes", "note", "reason"]} />
    </Dialog>
  );
}
