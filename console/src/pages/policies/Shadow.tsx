import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, get, tagOf } from "../../api/client";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import { Notice, ProblemNotice } from "../../design/Notice";
import { useTimes } from "../../design/zone";
import { Diff } from "./Diff";
import { guardsIn } from "./form";
import type { Policy } from "./policies";

/** The draft that is asked at every call, against what is in force. */
export function Shadow({ policy, onTake }: { policy: Policy; onTake: (text: string) => void }) {
  const queries = useQueryClient();
  const may = useMay();
  const { time } = useTimes();
  const draft = policy.draft;
  const stop = useMutation({
    mutationFn: () =>
      get(
        api.DELETE("/api/policies/{id}/draft", {
          params: { path: { id: policy.level }, header: { "If-Match": tagOf(draft?.version ?? 0) } },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["policies"] }),
  });
  if (draft == null) return null;
  const guards = guardsIn(draft.text);
  return (
    <Notice
      state="running"
      title={`In shadow since ${time(draft.at, new Date())}, by ${draft.actor}`}
      actions={
        may("policies.write") && (
          <>
            <Button onClick={() => onTake(draft.text)}>Take it into the editor</Button>
            <Button onClick={() => stop.mutate()} busy={stop.isPending}>
              Stop the shadow
            </Button>
          </>
        )
      }
    >
      <p>
        It refuses nothing. The record of each call says what it would have refused.
        {guards.length > 0 && ` Guards are asked by policies in force alone: of ${guards.join(", ")} nothing is said.`}
      </p>
      <Diff before={policy.text} after={draft.text} label="What the draft changes" />
      <ProblemNotice problem={stop.error} />
    </Notice>
  );
}
