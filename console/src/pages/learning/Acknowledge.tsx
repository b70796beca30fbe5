import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, get } from "../../api/client";
import { Button } from "../../design/Button";
import { Check } from "../../design/Check";
import { LoadingRows } from "../../design/LoadingRows";
import { Markdown } from "../../design/Markdown";
import { ProblemNotice } from "../../design/Notice";
import classes from "./Policy.module.css";
import { learningQuery, policyQuery } from "./queries";

/** The acceptable-use policy that holds, and where one has not accepted it, the way to do so. */
export function Acknowledge({ onDone }: { onDone?: () => void }) {
  const queries = useQueryClient();
  const learning = useQuery(learningQuery);
  const policy = useQuery(policyQuery);
  const [isRead, setRead] = useState(false);
  const accept = useMutation({
    mutationFn: (version: number) => get(api.POST("/api/acceptable-use/acknowledge", { body: { version } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: learningQuery.queryKey });
      onDone?.();
    },
    // A newer version is what one must read then.
    onError: () => queries.invalidateQueries({ queryKey: policyQuery.queryKey }),
  });
  if (policy.data === undefined)
    return policy.error === null ? <LoadingRows columns={1} /> : <ProblemNotice problem={policy.error} />;
  const { version } = policy.data;
  const yours = learning.data?.acceptable_use.acknowledged_version;
  return (
    <>
      <article className={classes.policy} aria-label="Acceptable-use policy">
        <Markdown text={policy.data.text} />
      </article>
      {learning.data !== undefined && yours !== version && (
        <form
          className={classes.accept}
          onSubmit={(event) => {
            event.preventDefault();
            accept.mutate(version);
          }}
        >
          <Check label="I have read this policy and will keep to it." checked={isRead} onChange={setRead} />
          <div>
            <Button
              kind="main"
              type="submit"
              busy={accept.isPending}
              why={isRead ? undefined : "Read it, and say so in the box above"}
            >
              Accept version {version}
            </Button>
          </div>
          <p className="faint">Kept are your name, the version and this moment.</p>
          <ProblemNotice problem={accept.error} />
        </form>
      )}
    </>
  );
}
