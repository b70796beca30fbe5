import { type Schema, Validator } from "@cfworker/json-schema";
import type { Answer } from "./answer";
import { toolsIn } from "./body";
import type { Draft } from "./draft";

/** Whether an answer is what was asked for. */
export type Check = { name: string; state: "good" | "failed" | "running" | "idle"; says: string; more?: string[] };

const maxCalls = 5_000;
const shownFaults = 5;

export function checksOf(draft: Draft, answer: Answer, isRunning: boolean): Check[] {
  const checks: Check[] = [];
  if (draft.form !== "text" && (answer.text !== "" || !isRunning) && answer.calls.length === 0)
    checks.push(
      isRunning
        ? { name: "Schema", state: "running", says: "Still writing" }
        : answer.finish === undefined
          ? { name: "Schema", state: "idle", says: "The answer is not whole" }
          : form(draft, answer.text),
    );
  if (answer.calls.length > 0)
    checks.push(isRunning ? { name: "Arguments", state: "running", says: "Still calling" } : args(draft, answer));
  if (!isRunning && answer.finish !== undefined) checks.push(finish(answer.finish));
  return checks;
}

function form(draft: Draft, text: string): Check {
  const name = "Schema";
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { name, state: "failed", says: "Not JSON" };
  }
  if (draft.form === "json") return { name, state: "good", says: "Valid JSON" };
  return { name, ...judge(value, draft.schema, draft.schemaName) };
}

function judge(value: unknown, schema: string, named: string): Pick<Check, "state" | "says" | "more"> {
  try {
    const faults = faultsIn(validatorOf(JSON.parse(schema) as Schema), value);
    return faults.length === 0
      ? { state: "good", says: `Valid, ${named}` }
      : {
          state: "failed",
          says: faults.length === 1 ? "1 fault" : `${faults.length} faults`,
          more: faults.slice(0, shownFaults),
        };
  } catch (e) {
    return { state: "idle", says: `The schema cannot be used here: ${e instanceof Error ? e.message : e}` };
  }
}

const validatorOf = (schema: Schema) => new Validator(schema, "2020-12", false);

function faultsIn(validator: Validator, value: unknown): string[] {
  const { valid, errors } = validator.validate(value);
  if (valid) return [];
  // What contains a fault is one too: the innermost say what it is.
  const inner = errors.filter((e) => e.keyword !== "properties" && e.keyword !== "items" && e.keyword !== "$ref");
  return (inner.length > 0 ? inner : errors).map((e) => `${e.instanceLocation.replace(/^#\/?/, "") || "the answer"}: ${e.error}`);
}

function args(draft: Draft, answer: Answer): Check {
  const name = "Arguments";
  const validators = new Map<string, Validator>();
  try {
    for (const tool of toolsIn(draft.tools)) {
      const f = tool.function as { name?: unknown; parameters?: unknown } | undefined;
      if (typeof f?.name === "string") validators.set(f.name, validatorOf((f.parameters ?? {}) as Schema));
    }
  } catch {
    return { name, state: "idle", says: "The schemas of the tools cannot be used here" };
  }
  const faults: string[] = [];
  for (const call of answer.calls.slice(0, maxCalls)) {
    const validator = validators.get(call.name);
    if (validator === undefined) faults.push(`${call.name}: no such tool`);
    else
      try {
        faults.push(...faultsIn(validator, JSON.parse(call.args === "" ? "{}" : call.args)).map((f) => `${call.name}: ${f}`));
      } catch {
        faults.push(`${call.name}: not JSON`);
      }
    if (faults.length >= 100) break;
  }
  return faults.length === 0
    ? { name, state: "good", says: answer.calls.length === 1 ? "Fit the tool" : `All ${answer.calls.length} fit` }
    : {
        name,
        state: "failed",
        says: faults.length === 1 ? "1 fault" : `${faults.length} faults`,
        more: faults.slice(0, shownFaults),
      };
}

function finish(reason: string): Check {
  const name = "End";
  switch (reason) {
    case "stop":
      return { name, state: "good", says: "Came to its end" };
    case "tool_calls":
      return { name, state: "good", says: "Waits for its tools" };
    case "length":
      return { name, state: "failed", says: "Cut at its cap: raise the tokens out" };
    case "content_filter":
      return { name, state: "failed", says: "Filtered by the provider" };
    default:
      return { name, state: "idle", says: reason };
  }
}
