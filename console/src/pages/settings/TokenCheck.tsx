import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api, get } from "../../api/client";
import { Button } from "../../design/Button";
import { Notice, ProblemNotice } from "../../design/Notice";
import { type State, StatusMark } from "../../design/Status";
import { TextArea } from "../../design/TextArea";
import classes from "./SettingsPage.module.css";
import { type Service, sampleOf } from "./services";

const states: Readonly<Record<string, State>> = { good: "good", warning: "risk", bad: "failed" };

/** Holds what is pasted against a service: what of a token fits, and what does not. */
export function TokenCheck({ of: service }: { of: Service }) {
  const [text, setText] = useState("");
  const sample = sampleOf(text);
  const check = useMutation({
    mutationFn: () => get(api.POST("/api/workloads/{id}/check", { params: { path: { id: service.id } }, body: sample ?? {} })),
  });
  const bad = check.data?.findings.filter((f) => f.state === "bad").length ?? 0;
  return (
    <form
      className={classes.stack}
      aria-label="Try a token"
      onSubmit={(e) => {
        e.preventDefault();
        if (sample !== undefined) check.mutate();
      }}
    >
      <TextArea
        label="Would a token be taken?"
        isCode
        rows={5}
        placeholder={`{\n  "iss": "${service.issuer}",\n  "sub": "…"\n}`}
        help="Paste a token, whose signature is verified then, or its claims as JSON. It is not kept."
        value={text}
        onChange={(e) => {
          setText(e.currentTarget.value);
          check.reset();
        }}
      />
      <Button
        type="submit"
        busy={check.isPending}
        why={
          sample !== undefined
            ? undefined
            : text.trim() === ""
              ? "Paste a token or its claims"
              : "This is neither a token nor JSON with claims"
        }
      >
        Test it
      </Button>
      <ProblemNotice problem={check.error} />
      {check.data !== undefined && (
        <section>
          <Notice
            state={check.data.good ? "good" : "failed"}
            title={
              check.data.good
                ? sample?.token === undefined
                  ? "A token with these claims would be taken"
                  : "This token would be taken"
                : `It would not be taken: ${bad === 1 ? "one thing is" : `${bad} things are`} wrong`
            }
          />
          <ul className={classes.findings}>
            {check.data.findings.map((f) => (
              <li key={f.what + f.detail}>
                <StatusMark state={states[f.state] ?? "idle"} label={f.state} />
                <b className="mono">{f.what}</b>
                <span>{f.detail}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </form>
  );
}
