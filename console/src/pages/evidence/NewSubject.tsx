import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, get, type Schemas } from "../../api/client";
import { peopleQuery } from "../../api/lists";
import { Button } from "../../design/Button";
import { Choice } from "../../design/Choice";
import { Dialog } from "../../design/Dialog";
import { Field } from "../../design/Field";
import { fieldError, ProblemNotice } from "../../design/Notice";
import { subjectsQuery } from "./queries";

/** Asks for everything about a person, or for its erasure. */
export function NewSubject({ onClose }: { onClose: (made?: string) => void }) {
  const queries = useQueryClient();
  const people = useQuery(peopleQuery);
  const [person, setPerson] = useState("");
  const [kind, setKind] = useState<Schemas["SubjectKind"]>("access");
  const [reason, setReason] = useState("");
  const ask = useMutation({
    mutationFn: () => get(api.POST("/api/subject-requests", { body: { person_id: person, kind, reason } })),
    onSuccess: async (made) => {
      await queries.invalidateQueries({ queryKey: subjectsQuery.queryKey });
      onClose(made.id);
    },
  });
  const there = (people.data ?? []).filter((p) => p.erased_at === null);
  return (
    <Dialog
      title="Request about a person"
      onClose={() => onClose()}
      onSend={() => ask.mutate()}
      actions={
        <>
          <Button onClick={() => onClose()}>Cancel</Button>
          <Button kind="main" type="submit" disabled={person === ""} busy={ask.isPending}>
            Ask
          </Button>
        </>
      }
    >
      <Choice
        label="Person"
        options={[{ value: "", label: "Choose one" }, ...there.map((p) => ({ value: p.id, label: `${p.name}, ${p.email}` }))]}
        value={person}
        error={fieldError(ask.error, "person_id")}
        onChange={(e) => setPerson(e.currentTarget.value)}
      />
      <Choice
        label="What"
        options={[
          { value: "access", label: "A package of everything about them" },
          { value: "erasure", label: "Erasure of everything about them" },
        ]}
        value={kind}
        error={fieldError(ask.error, "kind")}
        onChange={(e) => setKind(e.currentTarget.value === "erasure" ? "erasure" : "access")}
      />
      <p className="muted">
        {kind === "access"
          ? "The package holds what they said and were answered. You alone can fetch it, for seven days after it is ready."
          : "What they said goes for good, their keys and sessions end, and a pseudonym takes the place of the name. Costs and times of their calls stay, so that sums hold."}
      </p>
      <Field
        label="Why"
        help="Stays with the request for good: leave the person's name out."
        value={reason}
        error={fieldError(ask.error, "reason")}
        onChange={(e) => setReason(e.currentTarget.value)}
      />
      <ProblemNotice problem={ask.error} fields={["person_id", "kind", "reason"]} />
    </Dialog>
  );
}
