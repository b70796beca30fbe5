import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, get, tagOf } from "../../api/client";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import { Check } from "../../design/Check";
import { fullTime } from "../../design/format";
import { LoadingRows } from "../../design/LoadingRows";
import { Markdown } from "../../design/Markdown";
import { Notice, ProblemNotice } from "../../design/Notice";
import { Part } from "../../design/Part";
import { Segments } from "../../design/Segments";
import { TextArea } from "../../design/TextArea";
import { useZone } from "../../design/zone";
import classes from "./Learning.module.css";
import policy from "./Policy.module.css";
import { policyVersionsQuery } from "./queries";

/** The text that everybody acknowledges: written, seen as it will be read, published as the next version. */
export function PolicyTab() {
  const versions = useQuery(policyVersionsQuery);
  const newest = versions.data?.[0];
  return (
    <div className={`${classes.sheet} ${classes.wide}`}>
      <ProblemNotice problem={versions.error} />
      {newest === undefined ? (
        versions.error === null && <LoadingRows columns={1} />
      ) : (
        <div>
          <Part title="Next version" says="Markdown. Published versions stay as they were accepted.">
            <Editor key={newest.version} version={newest.version} text={newest.text} />
          </Part>
          <Part title="Versions" says="What was acknowledged, by version.">
            <Versions />
          </Part>
        </div>
      )}
    </div>
  );
}

function Editor({ version, text }: { version: number; text: string }) {
  const queries = useQueryClient();
  const may = useMay();
  const mayWrite = may("learning.write");
  const [typed, setTyped] = useState(text);
  const [view, setView] = useState<"write" | "read">(mayWrite ? "write" : "read");
  const [again, setAgain] = useState(false);
  const publish = useMutation({
    mutationFn: () =>
      get(
        api.PUT("/api/acceptable-use", {
          params: { header: { "If-Match": tagOf(version) } },
          body: { text: typed, asks_again: again },
        }),
      ),
    onSuccess: () =>
      queries.invalidateQueries({ predicate: (q) => ["acceptable-use", "learning"].includes(String(q.queryKey[0])) }),
  });
  return (
    <div className={classes.form} style={{ maxWidth: "none" }}>
      {mayWrite && (
        <Segments
          label="View"
          options={[
            { value: "write", name: "Write" },
            { value: "read", name: "Read" },
          ]}
          value={view}
          onChange={setView}
        />
      )}
      {view === "write" ? (
        <div className={classes.editor}>
          <TextArea label="Text" isUnlabelled value={typed} onChange={(e) => setTyped(e.currentTarget.value)} />
        </div>
      ) : (
        <div className={policy.policy}>
          <Markdown text={typed} />
        </div>
      )}
      {mayWrite && (
        <>
          <Check
            label="Ask everybody again"
            help="Whoever acknowledged an earlier version must acknowledge this one, where a rule demands it. Leave it off for a corrected word."
            checked={again}
            onChange={setAgain}
          />
          <ProblemNotice problem={publish.error} />
          <Button
            kind="main"
            busy={publish.isPending}
            why={typed.trim() === "" ? "A policy has a text" : typed === text ? "Nothing was changed yet" : undefined}
            onClick={() => publish.mutate()}
          >
            Publish version {version + 1}
          </Button>
        </>
      )}
    </div>
  );
}

function Versions() {
  const versions = useQuery(policyVersionsQuery);
  const [zone] = useZone();
  return (
    <>
      {(versions.data ?? []).map((v, i) => (
        <details key={v.version}>
          <summary>
            Version {v.version}
            {i === 0 && ", which holds"}
            <span className="muted">
              {" "}
              {v.published_at === null ? "ships with Portico" : `published ${fullTime(v.published_at, zone)}`}
              {v.asks_again && v.published_at !== null && ", asked everybody again"}
            </span>
          </summary>
          <div className={policy.policy}>
            <Markdown text={v.text} />
          </div>
        </details>
      ))}
      {versions.data?.length === 1 && (
        <Notice state="idle" title="This text ships with Portico">
          Change it to what holds in your house, and publish it as version 2.
        </Notice>
      )}
    </>
  );
}
