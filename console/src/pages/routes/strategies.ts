/** In words, as the list and the lanes say it. */
export const strategies: readonly { value: string; label: string; says: string }[] = [
  { value: "ordered", label: "In order", says: "The next one only when those before it fail." },
  { value: "weighted", label: "By weight", says: "By chance, in proportion to the weights." },
  { value: "least_latency", label: "Least latency", says: "The shortest recent time to first output." },
  { value: "least_cost", label: "Least cost", says: "The lowest price for the call's tokens." },
  { value: "least_busy", label: "Least busy", says: "The fewest calls under way from a node, relative to the weight." },
];

export function strategyOf(value: string): string {
  return strategies.find((s) => s.value === value)?.label ?? value;
}
