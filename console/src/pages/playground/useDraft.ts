import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { keptOf } from "../../api/kept";
import { meQuery } from "../../api/session";
import { type Draft, newDraft, readDraft } from "./draft";
import { draftIn } from "./share";

/** Where the draft that is shown comes from. */
export type Source = "own" | "link" | "bad link" | "emptied";

/** The draft of a person: kept in this browser while one writes, or opened from a link. One's own is put aside then and can be had back. */
export function useDraft(person: string) {
  const queries = useQueryClient();
  const [kept, before] = [keptOf(person, "playground"), keptOf(person, "playground.before")];
  const [draft, setDraft] = useState(() => load(kept) ?? newDraft());
  const [source, setSource] = useState<Source>("own");
  const [isKept, setKept] = useState(true);
  const isOpened = useRef(false);
  const latest = useRef(draft);
  latest.current = draft;
  // What was put aside can be more than the browser keeps.
  const aside = useRef<Draft>(undefined);

  useEffect(() => {
    // What a link carries is opened once: the address is then the page's again, and reloading gives what was made of it.
    const open = async () => {
      const found = await draftIn(location.hash);
      if (found === null) return;
      history.replaceState(history.state, "", location.pathname + location.search);
      if (found === undefined) return setSource("bad link");
      const own = localStorage.getItem(kept);
      if (own !== null && !isOpened.current) {
        write(before, own);
        aside.current = latest.current;
      }
      isOpened.current = true;
      setDraft(found);
      setSource("link");
    };
    void open();
    addEventListener("hashchange", open);
    return () => removeEventListener("hashchange", open);
  }, [kept, before]);

  useEffect(() => {
    const timer = setTimeout(() => setKept(store(kept, draft)), 400);
    return () => clearTimeout(timer);
  }, [draft, kept]);
  useEffect(() => {
    // Leaving within that moment loses nothing.
    const save = () => {
      // Who signed out takes it along.
      if (queries.getQueryData(meQuery.queryKey)?.id === person) store(kept, latest.current);
    };
    addEventListener("pagehide", save);
    return () => {
      removeEventListener("pagehide", save);
      save();
    };
  }, [kept, person, queries]);

  const back = useCallback(() => {
    setDraft(aside.current ?? load(before) ?? newDraft());
    setSource("own");
  }, [before]);
  /** Begins anew; what was there is put aside. */
  const empty = useCallback(() => {
    aside.current = latest.current;
    write(before, JSON.stringify(latest.current));
    setDraft({ ...newDraft(), useCase: latest.current.useCase });
    setSource("emptied");
  }, [before]);
  const change = useCallback((part: Partial<Draft>) => setDraft((old) => ({ ...old, ...part })), []);
  const dismiss = useCallback(() => setSource("own"), []);
  return { draft, setDraft, change, source, back, empty, dismiss, isKept };
}

function load(name: string): Draft | undefined {
  try {
    return readDraft(JSON.parse(localStorage.getItem(name) ?? "null"));
  } catch {
    return undefined;
  }
}

/** Whether all of it could be kept; pictures are the first to go, since browsers keep some megabytes only. */
function store(kept: string, draft: Draft): boolean {
  if (write(kept, JSON.stringify(draft))) return true;
  write(kept, JSON.stringify({ ...draft, messages: draft.messages.map((m) => ({ ...m, pictures: [] })) }));
  return false;
}

function write(name: string, text: string): boolean {
  try {
    localStorage.setItem(name, text);
    return true;
  } catch {
    return false;
  }
}
