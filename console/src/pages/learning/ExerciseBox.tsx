import { useState } from "react";
import { Button } from "../../design/Button";
import { Choice } from "../../design/Choice";
import { Field } from "../../design/Field";
import { Markdown } from "../../design/Markdown";
import { ProblemNotice } from "../../design/Notice";
import { StatusMark } from "../../design/Status";
import { TextArea } from "../../design/TextArea";
import classes from "./Course.module.css";
import type { Exercise } from "./learning";
import { type Turn, useExercise } from "./useExercise";

/** The playground inside a lesson: a prompt to work on, what came back, and what the request shows. */
export function ExerciseBox({ course, exercise }: { course: string; exercise: Exercise }) {
  const { run, ask, said } = useExercise(course, exercise);
  const [prompt, setPrompt] = useState(exercise.start);
  const [system, setSystem] = useState(exercise.system ?? "");
  const [temperature, setTemperature] = useState("");
  const [model, setModel] = useState("");
  /** Turns that lie behind the one that is written. */
  const [before, setBefore] = useState<readonly Turn[]>([]);
  const isDone = exercise.done || run.data?.done === true;
  const checks = run.data?.checks ?? exercise.checks;
  const models = run.data?.models ?? [];
  const isNumber = temperature === "" || (Number(temperature) >= 0 && Number(temperature) <= 2);
  const send = () =>
    ask.mutate({
      model,
      temperature: temperature === "" ? undefined : Number(temperature),
      turns: [
        ...(system.trim() === "" ? [] : [{ role: "system" as const, content: system }]),
        ...before,
        { role: "user", content: prompt },
      ],
    });
  const goOn = () => {
    setBefore([...before, { role: "user", content: prompt }, { role: "assistant", content: ask.data ?? "" }]);
    setPrompt("");
    ask.reset();
  };
  const startAgain = () => {
    setBefore([]);
    setPrompt(exercise.start);
    ask.reset();
  };
  return (
    <section className={classes.exercise} aria-label={`Exercise: ${exercise.title}`}>
      <header>
        <StatusMark state={isDone ? "good" : "idle"} size={16} />
        <h3>Exercise: {exercise.title}</h3>
        <span className="muted">{isDone ? "Done" : run.data === undefined ? "" : `${run.data.calls_left} calls left today`}</span>
      </header>
      <div className={classes.task}>
        <Markdown text={exercise.task} />
      </div>
      {before.map((turn, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: turns are only added
        <div key={i} className={classes.turn}>
          <b>{turn.role === "user" ? "You" : "Model"}</b>
          <p className={classes.said}>{turn.content}</p>
        </div>
      ))}
      {before.length === 0 && (
        <TextArea
          label="System prompt"
          help="Rules that hold for the whole conversation. May stay empty."
          rows={2}
          value={system}
          onChange={(e) => setSystem(e.currentTarget.value)}
        />
      )}
      <TextArea
        label={before.length === 0 ? "Your prompt" : "Your next turn"}
        rows={4}
        value={prompt}
        onChange={(e) => setPrompt(e.currentTarget.value)}
      />
      <div className={classes.settings}>
        <Field
          label="Temperature"
          inputMode="decimal"
          placeholder="as the model has it"
          value={temperature}
          error={isNumber ? undefined : "A number from 0 to 2, or nothing."}
          onChange={(e) => setTemperature(e.currentTarget.value.replace(",", "."))}
        />
        {models.length > 1 && (
          <Choice
            label="Model"
            options={models.map((m) => ({ value: m, label: m }))}
            value={model === "" ? models[0] : model}
            onChange={(e) => setModel(e.currentTarget.value)}
          />
        )}
      </div>
      <div className={classes.row}>
        <Button
          kind="main"
          icon="play"
          busy={ask.isPending}
          why={prompt.trim() === "" ? "Write a prompt first" : isNumber ? undefined : "The temperature is no number"}
          onClick={send}
        >
          Send
        </Button>
        {ask.isSuccess && <Button onClick={goOn}>Go on in this conversation</Button>}
        {(before.length > 0 || prompt !== exercise.start) && (
          <Button kind="quiet" onClick={startAgain}>
            Start again
          </Button>
        )}
      </div>
      <ProblemNotice problem={ask.error} />
      {(said !== "" || ask.isSuccess) && (ask.isPending || ask.isSuccess) && (
        <div className={classes.turn} aria-live="polite">
          <b>Model</b>
          <p className={classes.said}>{ask.isSuccess && said === "" ? "The answer is empty." : said}</p>
        </div>
      )}
      <ul className={classes.checks} aria-label="What your request shows">
        {checks.map((c) => {
          const met = isDone || c.met === true;
          return (
            <li key={c.says}>
              <StatusMark
                state={met ? "good" : c.met === false ? "risk" : "idle"}
                label={met ? "Met" : c.met === false ? "Not met" : "Not tried"}
              />
              <span>
                {c.says}
                {!met && c.met === false && c.hint !== null && <small>{c.hint}</small>}
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
