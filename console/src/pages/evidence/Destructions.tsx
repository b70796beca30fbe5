import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, get } from "../../api/client";
import { useMay, useMe } from "../../api/session";
import { Button } from "../../design/Button";
import { Confirm } from "../../design/Dialog";
import { Notice, ProblemNotice } from "../../design/Notice";
import { useTimes } from "../../design/zone";
import classes from "./EvidencePage.module.css";
import { backupsOf, type Destruction, destructionOf } from "./evidence";
import { destructionsQuery } from "./queries";

/** Destructions that wait, and those that were done: each with what it means for back-ups. */
export function Destructions({ nameOf }: { nameOf: ReadonlyMap<string, string> }) {
  const destructions = useQuery(destructionsQuery);
  const shown = (destructions.data ?? []).filter((d) => d.state === "open" || d.state === "done");
  if (destructions.error !== null) return <ProblemNotice problem={destructions.error} />;
  return (
    <>
      {shown.slice(0, 5).map((d) => (
        <One key={d.id} of={d} name={nameOf.get(d.workspace_id) ?? d.workspace_id} />
      ))}
    </>
  );
}

function One({ of: d, name }: { of: Destruction; name: string }) {
  const may = useMay();
  const { data: me } = useMe();
  const { time } = useTimes();
  const queries = useQueryClient();
  const [asks, setAsks] = useState(false);
  const path = { params: { path: { id: d.id } } };
  const after = {
    onSuccess: async () => {
      await Promise.all([
        queries.invalidateQueries({ queryKey: destructionsQuery.queryKey }),
        queries.invalidateQueries({ queryKey: ["keyring"] }),
      ]);
      setAsks(false);
    },
  };
  const approve = useMutation({
    mutationFn: () => get(api.POST("/api/key-destructions/{id}/approve", { ...path, body: {} })),
    ...after,
  });
  const decline = useMutation({
    mutationFn: () => get(api.POST("/api/key-destructions/{id}/decline", { ...path, body: {} })),
    ...after,
  });
  const withdraw = useMutation({ mutationFn: () => get(api.POST("/api/key-destructions/{id}/withdraw", path)), ...after });
  const isMine = d.asked_by === me?.id;
  const { state } = destructionOf(d);
  if (d.state === "done")
    return (
      <div className={classes.told}>
        <Notice state={state} title={`The key of ${name} was destroyed ${d.decided_at === null ? "" : time(d.decided_at)}`}>
          Asked by {d.asked_by_name}, done by {d.decided_by_name}: “{d.reason}”. Back-ups from before: {backupsOf(d)}.
        </Notice>
      </div>
    );
  return (
    <div className={classes.told}>
      <Notice
        state={state}
        title={`${isMine ? "You ask" : `${d.asked_by_name} asks`} that the key of ${name} be destroyed`}
        actions={
          may("keyring.destroy") &&
          (isMine ? (
            <Button onClick={() => withdraw.mutate()} busy={withdraw.isPending}>
              Withdraw
            </Button>
          ) : (
            <>
              <Button kind="danger" onClick={() => setAsks(true)}>
                Destroy it
              </Button>
              <Button onClick={() => decline.mutate()} busy={decline.isPending}>
                Decline
              </Button>
            </>
          ))
        }
      >
        “{d.reason}” {isMine && "Another person decides, whoever you are."}
      </Notice>
      <ProblemNotice problem={withdraw.error ?? decline.error} />
      {asks && (
        <Confirm
          title={`Destroy the key of ${name}?`}
          effect="What was kept for this workspace is unreadable at once, on every node and for good, and nothing new is kept for it. Back-ups follow when the root is rotated. Nothing brings it back."
          act="Destroy key"
          keep="Keep key"
          typed={{ label: "Type the name of the workspace", text: name }}
          busy={approve.isPending}
          problem={approve.error}
          onAct={() => approve.mutate()}
          onClose={() => setAsks(false)}
        />
      )}
    </div>
  );
}
