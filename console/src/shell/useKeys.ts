import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { isTyping } from "../design/TimeRange";
import { allowed, tasks } from "./places";

/** What the keyboard can do, everywhere or in a list. */
export const keyNames: readonly (readonly [string, string])[] = [
  ["Ctrl K", "Go to or do"],
  ["/", "Search the list"],
  ["F", "Add a filter"],
  ["T", "Choose the time"],
  ["J  K", "Next, previous row"],
  ["Enter", "Open the row"],
  ["Esc", "Close"],
  ["L", "Live"],
  ["E", "Explain"],
  ["Y", "Copy the link"],
  ["C then K", "New key"],
  ["Ctrl Enter", "Run, send"],
  ["?", "All keys"],
];

/** How long the second letter of two may take. */
const pairMs = 1_200;

/** The keys that hold everywhere. Those of a list or of a page are theirs. */
export function useKeys(permissions: readonly string[], onPalette: () => void, onHelp: () => void, onCopyLink: () => void) {
  const navigate = useNavigate();
  useEffect(() => {
    const places = tasks.flatMap((t) => allowed(t.places, permissions));
    let first: { key: string; at: number } | undefined;
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        onPalette();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target)) return;
      const before = first !== undefined && event.timeStamp - first.at < pairMs ? first.key : undefined;
      first = undefined;
      const place = before === "g" ? places.find((p) => p.letter === event.key) : undefined;
      if (place !== undefined) void navigate({ to: place.to });
      else if (before === "c" && event.key === "k" && permissions.includes("keys.write"))
        void navigate({ to: "/keys", search: { new: "1" } });
      // A list that takes the letter for itself says so.
      else if (event.key === "y" && document.querySelector("[data-keys~='y']") === null) onCopyLink();
      else if (event.key === "?") onHelp();
      else {
        if (event.key === "g" || event.key === "c") first = { key: event.key, at: event.timeStamp };
        return;
      }
      event.preventDefault();
      // K after C is no step to the row before.
      event.stopPropagation();
    };
    // Before the lists, whose letters are the second of a pair too.
    addEventListener("keydown", onKey, { capture: true });
    return () => removeEventListener("keydown", onKey, { capture: true });
  }, [navigate, permissions, onPalette, onHelp, onCopyLink]);
}
