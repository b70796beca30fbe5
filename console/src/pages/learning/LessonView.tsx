import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, get } from "../../api/client";
import { Button } from "../../design/Button";
import { Markdown } from "../../design/Markdown";
import { ProblemNotice } from "../../design/Notice";
import classes from "./Course.module.css";
import { ExerciseBox } from "./ExerciseBox";
import type { Reading } from "./learning";

/** A lesson, its exercises, and the way on. */
export function LessonView({
  reading,
  lesson,
  after,
  go,
}: {
  reading: Reading;
  lesson: Reading["lessons"][number];
  after: string | undefined;
  go: (to: string) => void;
}) {
  const queries = useQueryClient();
  const read = useMutation({
    mutationFn: () =>
      get(
        api.POST("/api/learning/courses/{id}/lessons/{number}", {
          params: { path: { id: reading.state.id, number: lesson.number } },
        }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["learning"] });
      if (after !== undefined) go(after);
    },
  });
  return (
    <>
      <article className={classes.text} aria-label={lesson.title}>
        <h2>{lesson.title}</h2>
        <div className={classes.reading}>
          <Markdown text={lesson.text} />
        </div>
      </article>
      {lesson.exercises.map((e) => (
        <ExerciseBox key={e.id} course={reading.state.id} exercise={e} />
      ))}
      <div className={classes.after}>
        {lesson.read ? (
          <Button kind="main" onClick={() => after !== undefined && go(after)}>
            {after === "quiz" ? "To the quiz" : "Next lesson"}
          </Button>
        ) : (
          <Button kind="main" icon="check" busy={read.isPending} onClick={() => read.mutate()}>
            {after === "quiz" ? "I have read it: to the quiz" : "I have read it: next lesson"}
          </Button>
        )}
        {lesson.read && <span className="muted">You have read this lesson.</span>}
        <ProblemNotice problem={read.error} />
      </div>
    </>
  );
}
