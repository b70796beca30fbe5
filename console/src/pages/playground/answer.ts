import type { ToolCall } from "./draft";

/** What a model has said so far: the chunks of a stream, folded. Written to in place while it comes; what is shown are copies. */
export class Answer {
  text = "";
  reasoning = "";
  refusal = "";
  calls: ToolCall[] = [];
  finish: string | undefined;
  /** The error event by which a stream that had begun can end. */
  fault: { message: string; code: string } | undefined;
  /** Other choices than the first, which is shown. */
  others = 0;

  get isEmpty() {
    return this.text === "" && this.refusal === "" && this.calls.length === 0;
  }

  /** One event of the stream. */
  take(data: string) {
    if (data === "[DONE]") return;
    const chunk = JSON.parse(data) as Chunk;
    if (chunk.error != null) {
      this.fault = { message: String(chunk.error.message ?? "The answer failed."), code: String(chunk.error.code ?? "unknown") };
      return;
    }
    for (const choice of chunk.choices ?? [])
      if ((choice.index ?? 0) !== 0) this.others = Math.max(this.others, choice.index ?? 0);
      else this.add(choice.delta ?? choice.message ?? {}, choice.finish_reason);
  }

  private add(delta: Delta, finish: string | null | undefined) {
    if (typeof delta.content === "string") this.text += delta.content;
    if (typeof delta.refusal === "string") this.refusal += delta.refusal;
    const thought = delta.reasoning_content ?? delta.reasoning;
    if (typeof thought === "string") this.reasoning += thought;
    for (const [place, part] of (delta.tool_calls ?? []).entries()) {
      const at = part.index ?? place;
      // A place far beyond those that are there would make a list of holes.
      if (!Number.isInteger(at) || at < 0 || at > this.calls.length) continue;
      let call = this.calls[at];
      if (call === undefined) {
        call = { id: "", name: "", args: "" };
        this.calls[at] = call;
      }
      if (typeof part.id === "string") call.id = part.id;
      if (typeof part.function?.name === "string") call.name += part.function.name;
      if (typeof part.function?.arguments === "string") call.args += part.function.arguments;
    }
    if (typeof finish === "string") this.finish = finish;
  }
}

type Delta = {
  content?: unknown;
  refusal?: unknown;
  reasoning_content?: unknown;
  reasoning?: unknown;
  tool_calls?: { index?: number; id?: unknown; function?: { name?: unknown; arguments?: unknown } }[];
};

type Chunk = {
  error?: { message?: unknown; code?: unknown } | null;
  choices?: { index?: number; delta?: Delta; message?: Delta; finish_reason?: string | null }[] | null;
};

/** Cuts a stream of server-sent events into their data. */
export class Events {
  private rest = "";

  /** The data of the events that this part completes. */
  take(part: string): string[] {
    const all = (this.rest + part).split(/\r?\n\r?\n/);
    this.rest = all.pop() ?? "";
    return all.flatMap((event) => {
      const data = event
        .split(/\r?\n/)
        .filter((line) => line.startsWith("data:"))
        .map((line) => line.slice(line.charAt(5) === " " ? 6 : 5));
      return data.length === 0 ? [] : [data.join("\n")];
    });
  }
}
