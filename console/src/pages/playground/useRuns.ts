import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { api, get, Problem, type Schemas } from "../../api/client";
import { meQuery } from "../../api/session";
import { Answer, Events } from "./answer";
import { type Body, bodyOf } from "./body";
import type { Column, Draft } from "./draft";

export type Call = Schemas["CallRecord"];

/** What became of a column that was run. */
export type Result = {
  state: "running" | "answered" | "failed" | "refused" | "left";
  answer: Answer;
  /** What was asked, so that an answer is judged by that and not by what was typed since. */
  draft: Draft;
  /** The record of the call, by its id, and whole as soon as it is kept. */
  call: string | undefined;
  record: Call | undefined;
  error: { says: string; advice: string } | undefined;
  /** By the clock of the page: for what is shown before the record is there. */
  startedAt: number;
};

/** How often what comes is drawn. */
const drawMs = 90;

/** Runs columns beside each other. What is left running when the page is left is stopped. */
export function useRuns(person: string) {
  const queries = useQueryClient();
  const [results, setResults] = useState<Record<string, Result>>({});
  const running = useRef(new Map<string, AbortController>());
  useEffect(() => {
    const all = running.current;
    return () => {
      for (const one of all.values()) one.abort();
    };
  }, []);

  const put = useCallback((column: string, change: Partial<Result>) => {
    setResults((old) => {
      const before = old[column];
      return before === undefined ? old : { ...old, [column]: { ...before, ...change } };
    });
  }, []);

  const run = useCallback(
    async (draft: Draft, column: Column) => {
      running.current.get(column.id)?.abort();
      const stop = new AbortController();
      running.current.set(column.id, stop);
      const first: Result = {
        state: "running",
        answer: new Answer(),
        draft,
        call: undefined,
        record: undefined,
        error: undefined,
        startedAt: performance.now(),
      };
      setResults((old) => ({ ...old, [column.id]: first }));
      const isCurrent = () => running.current.get(column.id) === stop;
      const tell = (change: Partial<Result>) => {
        if (isCurrent()) put(column.id, change);
      };
      const end = await ask(draft.useCase, bodyOf(draft, column), stop.signal, tell);
      if (end.signedOut) queries.setQueryData(meQuery.queryKey, null);
      tell({ ...end.result });
      const record = await (end.result.call === undefined && end.result.state === "left"
        ? stoppedOf(person, column.model, performance.now() - first.startedAt)
        : recordOf(end.result.call));
      if (record !== undefined)
        tell({ record, call: record.id, ...(end.result.state === "failed" ? { state: stateOf(record) } : {}) });
      if (isCurrent()) running.current.delete(column.id);
      await queries.invalidateQueries({ queryKey: ["hold"] });
    },
    [person, put, queries],
  );

  const stop = useCallback((column: string) => running.current.get(column)?.abort(), []);
  return { results, run, stop };
}

type End = { result: Partial<Result> & { state: Result["state"] }; signedOut: boolean };

/** Makes the call and tells what comes; never throws. */
async function ask(useCase: string, body: Body, signal: AbortSignal, tell: (change: Partial<Result>) => void): Promise<End> {
  const answer = new Answer();
  let call: string | undefined;
  const end = (state: Result["state"], error?: Result["error"], signedOut = false): End => ({
    result: { state, answer: copy(answer), call, error },
    signedOut,
  });
  try {
    const reply = api.POST("/api/playground/chat/completions", {
      params: { query: { use_case_id: useCase } },
      body: { ...body, stream: true } as never,
      parseAs: "stream",
      signal,
    });
    const { response } = await reply.catch(() => ({ response: undefined }));
    call = response?.headers.get("x-request-id") ?? undefined;
    tell({ call });
    const stream = await get(reply);
    await read(stream as unknown as ReadableStream<Uint8Array>, answer, tell);
    if (answer.fault !== undefined)
      return end("failed", { says: answer.fault.message, advice: "What had come is kept and billed. Run it again." });
    return end("answered");
  } catch (problem) {
    if (signal.aborted) return end("left");
    if (!(problem instanceof Problem))
      return end("failed", { says: "The connection broke.", advice: "What had come is billed. Run it again." });
    call = problem.requestId ?? call;
    const ofUs = problem.status >= 400 && problem.status < 500;
    return end(ofUs ? "refused" : "failed", { says: problem.message, advice: problem.advice }, problem.isSignedOut);
  }
}

async function read(stream: ReadableStream<Uint8Array>, answer: Answer, tell: (change: Partial<Result>) => void) {
  const reader = stream.getReader();
  const text = new TextDecoder();
  const events = new Events();
  let drawn = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    for (const data of events.take(text.decode(value, { stream: true }))) answer.take(data);
    if (performance.now() - drawn < drawMs) continue;
    drawn = performance.now();
    tell({ answer: copy(answer) });
  }
}

function copy(answer: Answer): Answer {
  return Object.assign(new Answer(), answer, { calls: [...answer.calls] });
}

/** A moment after the end of a call its record can be read. */
async function recordOf(call: string | undefined): Promise<Call | undefined> {
  if (call === undefined || !call.startsWith("call_")) return undefined;
  for (let attempt = 1; attempt <= 12; attempt++)
    try {
      return await get(api.GET("/api/calls/{id}", { params: { path: { id: call } } }));
    } catch (problem) {
      if (!(problem instanceof Problem) || (problem.status !== 404 && !problem.isPassing)) return undefined;
      await new Promise((resolve) => setTimeout(resolve, 60 * attempt));
    }
  return undefined;
}

/** The record of a call that was stopped before its answer began, and so before its id was known here: the newest of that kind. */
async function stoppedOf(person: string, model: string, tookMs: number): Promise<Call | undefined> {
  // Clocks differ by some seconds.
  const from = new Date(Date.now() - tookMs - 30_000).toISOString();
  for (let attempt = 1; attempt <= 6; attempt++) {
    await new Promise((resolve) => setTimeout(resolve, 100 * attempt));
    try {
      const { items } = await get(
        api.GET("/api/calls", { params: { query: { person_id: person, outcome: "abandoned", from, limit: 20 } } }),
      );
      const found = items.find((c) => c.wire === "playground" && c.requested_model === model && c.first_output_us === 0);
      if (found !== undefined) return found;
    } catch (problem) {
      if (!(problem instanceof Problem && problem.isPassing)) return undefined;
    }
  }
  return undefined;
}

export function stateOf(call: Call): Result["state"] {
  switch (call.outcome) {
    case "completed":
      return "answered";
    case "refused":
      return "refused";
    case "abandoned":
      return "left";
    default:
      return "failed";
  }
}
