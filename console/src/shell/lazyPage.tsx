import { type ComponentType, createElement, type ReactNode, useCallback, useEffect, useState } from "react";
import { Button } from "../design/Button";
import { againMs, later } from "../design/later";
import { Notice } from "../design/Notice";
import { TopBar } from "./Shell";

/** A page in a file of its own. The router asks for it before it shows it. */
export function lazyPage<File>(
  load: () => Promise<File>,
  name: keyof File,
): (() => ReactNode) & { preload: () => Promise<void> } {
  // A page names the router in its types, so what it is cannot be looked at where the router is made.
  const part = later<object>(() => load().then((file) => file[name] as ComponentType));
  const page = () => createElement(part.got ?? NotCome);
  return Object.assign(page, { preload: part.ask });
}

/** The server went away before the page was fetched, or has another console by now. All that one saw is in the address, so it is loaded anew as soon as there is an answer. */
function NotCome() {
  const [isLooking, setLooking] = useState(false);
  const look = useCallback(async () => {
    setLooking(true);
    const answers = await fetch(location.href, { cache: "no-store" }).then(
      (r) => r.ok,
      () => false,
    );
    if (answers) location.reload();
    else setLooking(false);
  }, []);
  useEffect(() => {
    const timer = setInterval(look, againMs);
    return () => clearInterval(timer);
  }, [look]);
  return (
    <>
      <TopBar title="Not here yet" />
      <div style={{ padding: "0 var(--pad)" }}>
        <Notice
          state="failed"
          title="Portico does not answer."
          actions={
            <Button onClick={look} busy={isLooking}>
              Try now
            </Button>
          }
        >
          This page was not opened before and could not be fetched. It comes as soon as the server answers.
        </Notice>
      </div>
    </>
  );
}
