import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, get } from "../../api/client";
import { Answer, Events } from "../playground/answer";
import type { Exercise, Run } from "./learning";
import { runQuery } from "./queries";

export type Turn = { role: "system" | "user" | "assistant"; content: string };

export type Asked = { model: string; temperature: number | undefined; turns: readonly Turn[] };

/** A person at an exercise: the run is made with the first call, what comes is drawn as it comes, and the checks are read when it ended. */
export function useExercise(course: string, exercise: Exercise) {
  const queries = useQueryClient();
  const [runId, setRunId] = useState(exercise.run_id ?? undefined);
  const [said, setSaid] = useState("");
  const run = useQuery({ ...runQuery(runId ?? ""), enabled: runId !== undefined });
  const begin = async (): Promise<Run> => {
    const made = await get(api.POST("/api/learning/exercise-runs", { body: { course_id: course, exercise: exercise.id } }));
    queries.setQueryData(runQuery(made.id).queryKey, made);
    setRunId(made.id);
    return made;
  };
  const open = useMutation({ mutationFn: begin });
  const ask = useMutation({
    mutationFn: async (asked: Asked) => {
      const of = run.data ?? (await begin());
      setSaid("");
      const stream = await get(
        api.POST("/api/learning/exercise-runs/{id}/chat/completions", {
          params: { path: { id: of.id } },
          body: {
            model: asked.model === "" ? (of.models[0] ?? "") : asked.model,
            max_tokens: of.max_output_tokens,
            ...(asked.temperature === undefined ? {} : { temperature: asked.temperature }),
            messages: asked.turns,
            stream: true,
          } as never,
          parseAs: "stream",
        }),
      );
      const answer = await read(stream as unknown as ReadableStream<Uint8Array>, setSaid);
      if (answer.fault !== undefined) throw new Error(answer.fault.message);
      return answer.text;
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["learning"] }),
  });
  return { run, open, ask, said };
}

async function read(stream: ReadableStream<Uint8Array>, tell: (text: string) => void): Promise<Answer> {
  const answer = new Answer();
  const reader = stream.getReader();
  const text = new TextDecoder();
  const events = new Events();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return answer;
    for (const data of events.take(text.decode(value, { stream: true }))) answer.take(data);
    tell(answer.text);
  }
}
