import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, get } from "../../api/client";
import { Button } from "../../design/Button";
import { Dialog } from "../../design/Dialog";
import { ProblemNotice } from "../../design/Notice";
import { modelSetsQuery } from "./detectors";
import { backAt, type Change, levelOf, type ModelSet, nowAt } from "./sets";

/** Says what will be different before it is. */
export function SetChange({
  asked,
  sets,
  placeOf,
  onClose,
}: {
  asked: Change;
  sets: readonly ModelSet[];
  /** A level as people read it: everywhere, or in a workspace. */
  placeOf: (level: string) => string;
  onClose: (done?: string) => void;
}) {
  const queries = useQueryClient();
  const level = asked.do === "back" ? asked.level : levelOf(asked.set);
  const now = nowAt(sets, level);
  const next = asked.do === "back" ? backAt(sets, level) : asked.set;
  const words = {
    use: {
      title: `Use version ${next?.version}`,
      act: "Use it",
      done: `Version ${next?.version} is in force ${placeOf(level)}.`,
    },
    back: {
      title: `Roll back ${placeOf(level)}`,
      act: "Roll back",
      done: `Version ${next?.version} is in force ${placeOf(level)} again.`,
    },
    remove: { title: `Remove version ${next?.version}`, act: "Remove", done: `Version ${next?.version} is removed.` },
  }[asked.do];
  const workspace_id = level === "platform" ? null : level;
  const change = useMutation({
    mutationFn: async (): Promise<unknown> => {
      if (asked.do === "back") return get(api.POST("/api/guardrails/models/rollback", { body: { workspace_id } }));
      const params = { path: { id: asked.set.id } };
      return asked.do === "use"
        ? get(api.POST("/api/guardrails/models/{id}/activate", { params, body: { workspace_id } }))
        : get(api.DELETE("/api/guardrails/models/{id}", { params }));
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: modelSetsQuery.queryKey });
      onClose(words.done);
    },
  });
  return (
    <Dialog
      title={words.title}
      onClose={() => onClose()}
      onSend={() => change.mutate()}
      actions={
        <>
          <Button onClick={() => onClose()}>Cancel</Button>
          <Button kind={asked.do === "remove" ? "danger" : "main"} type="submit" busy={change.isPending}>
            {words.act}
          </Button>
        </>
      }
    >
      {asked.do === "remove" ? (
        <p>The file goes from the store. It is in force nowhere; who has it can upload it again.</p>
      ) : (
        <>
          <p>
            Calls go by version <b>{next?.version ?? "that was before"}</b> {placeOf(level)}
            {now !== undefined && (
              <>
                , no more by version <b>{now.version}</b>
              </>
            )}
            : what policies find changes with it, on every node within seconds.
          </p>
          <p className="muted">
            Calls under way end with the models that they began with.
            {asked.do === "use" && " Roll back returns to what is in force now."}
          </p>
        </>
      )}
      <ProblemNotice problem={change.error} />
    </Dialog>
  );
}
