import { getRouteApi } from "@tanstack/react-router";
import { useCallback, useEffect, useState } from "react";
import { useMay } from "../../api/session";
import type { Draft } from "./draft";
import { type Rerun, rerun } from "./rerun";

const here = getRouteApi("/inside/playground");

export type Again = { done: Rerun | undefined; problem: unknown; dismiss: () => void };

/** A call that the address names is taken up once; the address is the page's own again then, so that reloading does not undo what one writes. */
export function useRerun(onDraft: (draft: Draft) => void): Again {
  const { call } = here.useSearch();
  const navigate = here.useNavigate();
  const mayRead = useMay()("contents.read");
  const [done, setDone] = useState<Rerun>();
  const [problem, setProblem] = useState<unknown>(null);
  useEffect(() => {
    if (call === undefined) return;
    const stop = new AbortController();
    rerun(call, mayRead, stop.signal).then(
      (found) => {
        if (stop.signal.aborted) return;
        setDone(found);
        setProblem(null);
        onDraft(found.draft);
        void navigate({ search: (old) => ({ ...old, call: undefined }), replace: true });
      },
      (reason: unknown) => {
        if (!stop.signal.aborted) setProblem(reason);
      },
    );
    return () => stop.abort();
  }, [call, mayRead, navigate, onDraft]);
  const dismiss = useCallback(() => setDone(undefined), []);
  return { done, problem, dismiss };
}
