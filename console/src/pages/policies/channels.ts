/** Where a text of a call stands. */
export const channels = [
  { value: "user", label: "What is asked" },
  { value: "system", label: "System messages and descriptions of tools" },
  { value: "retrieved", label: "Documents that something found" },
  { value: "tool", label: "What tools gave back" },
  { value: "answer", label: "What models say" },
  { value: "arguments", label: "What models call tools with" },
];

/** The channels that a rule names, each by itself: its word output is both that come from models. */
export const spread = (named: readonly string[]) =>
  channels.map((c) => c.value).filter((c) => named.includes(c) || (fromModels.includes(c) && named.includes("output")));

/** Channels as a rule says them in the fewest words; undefined = all, which needs none. */
export function gathered(chosen: readonly string[]) {
  if (chosen.length === channels.length) return undefined;
  const both = fromModels.every((c) => chosen.includes(c));
  const named = channels.map((c) => c.value).filter((c) => chosen.includes(c) && !(both && fromModels.includes(c)));
  return both ? [...named, "output"] : named;
}

const fromModels = ["answer", "arguments"];

/** As findings name them: output is what a model said alone. */
export const channelsOfFindings = channels.map((c) => (c.value === "answer" ? { ...c, value: "output" } : c));
