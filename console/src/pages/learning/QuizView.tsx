import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, get } from "../../api/client";
import { Button } from "../../design/Button";
import { fullTime } from "../../design/format";
import { Notice, ProblemNotice } from "../../design/Notice";
import { StatusMark } from "../../design/Status";
import { useZone } from "../../design/zone";
import classes from "./Course.module.css";
import { beforeQuiz, nextPart, type Reading, type Verdict } from "./learning";

/** The questions of a course, and with the verdict what is right and why. */
export function QuizView({ reading, go }: { reading: Reading; go: (to: string) => void }) {
  const queries = useQueryClient();
  const [zone] = useZone();
  const [chosen, setChosen] = useState<readonly (readonly number[])[]>(() => reading.questions.map(() => []));
  const hand = useMutation({
    mutationFn: () =>
      get(
        api.POST("/api/learning/courses/{id}/quiz", {
          params: { path: { id: reading.state.id } },
          body: { answers: chosen.map((c) => [...c]) },
        }),
      ) as Promise<Verdict>,
    onSettled: () => queries.invalidateQueries({ queryKey: ["learning"] }),
  });
  const verdict = hand.data;
  const first = beforeQuiz(reading);
  const left = chosen.filter((c) => c.length === 0).length;
  const again = () => {
    setChosen(reading.questions.map(() => []));
    hand.reset();
  };
  const isClosed = verdict === undefined && reading.opens_at !== null;
  return (
    <div className={classes.text}>
      <h2>Quiz</h2>
      <Standing reading={reading} verdict={verdict} />
      {first !== undefined ? (
        <Notice
          state="held"
          title="The quiz is not open yet"
          actions={<Button onClick={() => go(nextPart(reading))}>Go there</Button>}
        >
          {first}
        </Notice>
      ) : isClosed ? (
        <Notice state="held" title="Three attempts have failed">
          The quiz is open again at {fullTime(reading.opens_at ?? "", zone)}. Read the lessons once more meanwhile.
        </Notice>
      ) : reading.state.state === "passed" && verdict === undefined ? null : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            hand.mutate();
          }}
        >
          {reading.questions.map((q, i) => (
            <Question
              // biome-ignore lint/suspicious/noArrayIndexKey: questions of a version stay as they are
              key={i}
              number={i + 1}
              of={q}
              name={`q${i}`}
              chosen={chosen[i] ?? []}
              verdict={verdict?.questions[i]}
              onChange={(next) => setChosen(chosen.map((c, at) => (at === i ? next : c)))}
            />
          ))}
          <ProblemNotice problem={hand.error} />
          {verdict === undefined ? (
            <Button
              kind="main"
              type="submit"
              busy={hand.isPending}
              why={left === 0 ? undefined : `${left} ${left === 1 ? "question has" : "questions have"} no answer yet`}
            >
              Hand in
            </Button>
          ) : (
            !verdict.passed && verdict.opens_at === null && <Button onClick={again}>Try again</Button>
          )}
        </form>
      )}
    </div>
  );
}

function Standing({ reading, verdict }: { reading: Reading; verdict: Verdict | undefined }) {
  const [zone] = useZone();
  const certificate = verdict?.certificate_id ?? reading.certificate_id;
  const isPassed = verdict?.passed ?? reading.state.state === "passed";
  if (isPassed && certificate !== null)
    return (
      <Notice
        state="good"
        title={verdict === undefined ? "You have passed this course" : `Passed with ${verdict.score} %`}
        actions={
          <Link to="/learning/certificate" search={{ id: certificate }}>
            Your certificate
          </Link>
        }
      >
        {verdict === undefined && reading.state.certificate_until !== null
          ? `The certificate is good until ${fullTime(reading.state.certificate_until, zone)}.`
          : "What waited for this course is open now."}
      </Notice>
    );
  if (verdict !== undefined)
    return (
      <Notice state="risk" title={`${verdict.score} %, and ${verdict.pass_mark} % are needed`}>
        Read why below.{" "}
        {verdict.opens_at === null
          ? `${verdict.attempts_left} ${verdict.attempts_left === 1 ? "attempt is" : "attempts are"} left.`
          : `The quiz is open again at ${fullTime(verdict.opens_at, zone)}.`}
      </Notice>
    );
  return (
    <p className="muted" style={{ marginBottom: 20 }}>
      {reading.questions.length} questions; {reading.pass_mark} % must be right. You see what is right, and why, when you hand in.
    </p>
  );
}

function Question({
  number,
  of: question,
  name,
  chosen,
  verdict,
  onChange,
}: {
  number: number;
  of: Reading["questions"][number];
  name: string;
  chosen: readonly number[];
  verdict: Verdict["questions"][number] | undefined;
  onChange: (chosen: readonly number[]) => void;
}) {
  return (
    <fieldset className={classes.question}>
      <legend>
        {number}. {question.ask} {question.several && <span className="muted">Choose all that are right.</span>}
      </legend>
      {question.options.map((text, i) => {
        const isChosen = chosen.includes(i);
        const isRight = verdict?.right_options.includes(i);
        const look = verdict === undefined ? "" : isRight ? classes.right : isChosen ? classes.wrong : "";
        return (
          <label key={text} className={`${classes.option} ${look}`}>
            <input
              type={question.several ? "checkbox" : "radio"}
              name={name}
              checked={isChosen}
              disabled={verdict !== undefined}
              onChange={(e) =>
                onChange(question.several ? (e.currentTarget.checked ? [...chosen, i] : chosen.filter((c) => c !== i)) : [i])
              }
            />
            <span>{text}</span>
            {verdict !== undefined && (isRight || isChosen) && (
              <StatusMark state={isRight ? "good" : "failed"} label={isRight ? "Right" : "Wrong"} />
            )}
          </label>
        );
      })}
      {verdict !== undefined && (
        <p className={classes.why}>
          <b>{verdict.right ? "Right." : "Not right."}</b> {verdict.why}
        </p>
      )}
    </fieldset>
  );
}
