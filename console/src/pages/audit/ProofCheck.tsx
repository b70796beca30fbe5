import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button } from "../../design/Button";
import { Copy } from "../../design/Copy";
import { Section } from "../../design/Drawer";
import { count } from "../../design/format";
import { Notice, ProblemNotice } from "../../design/Notice";
import { StatusMark } from "../../design/Status";
import { useTimes } from "../../design/zone";
import classes from "./AuditPage.module.css";
import { type Act, agrees } from "./acts";
import { verifyCommand } from "./ExportDialog";
import { browserCrypto, type EntryProof, type Verdict, verify } from "./proof";
import { auditKeysQuery, entryQuery } from "./queries";

type Checked = { agrees: boolean; entries: readonly { name: string; proof: EntryProof; verdict: Verdict }[] };

/** Whether the entries of an act stand in the signed log. Worked out here, in the browser: the server is asked for bytes, not for its word. */
export function ProofCheck({ act }: { act: Act }) {
  const queries = useQueryClient();
  const subtle = browserCrypto();
  const check = useMutation({
    mutationFn: async (): Promise<Checked> => {
      if (subtle === undefined) throw new Error("There is nothing to check with over plain http.");
      const keys = await queries.fetchQuery({ ...auditKeysQuery, staleTime: 0 });
      const entries: Checked["entries"][number][] = [];
      const wanted: [string, number | null][] = [
        [act.outcome_entry === null && act.status !== null ? "Refusal" : "Intent", act.entry],
        ["Outcome", act.outcome_entry],
      ];
      for (const [name, index] of wanted) {
        if (index === null) continue;
        const given = await queries.fetchQuery({ ...entryQuery(act.log, index), staleTime: 0 });
        // The entry that was asked for, and no other one with a proof of its own.
        const proof = { ...given, log: act.log, index };
        entries.push({ name, proof, verdict: await verify(subtle, proof, keys) });
      }
      return { agrees: agrees(act, entries[0]?.proof.line ?? "", entries[1]?.proof.line), entries };
    },
  });
  if (subtle === undefined)
    return (
      <Section title="Proof">
        <Notice state="idle" title="This browser cannot check it here">
          Over plain http a browser gives pages nothing to check signatures with. Open the console over https or on localhost, or
          export the log and verify it on your machine:
          <div className={`${classes.code} mono`}>{verifyCommand}</div>
        </Notice>
      </Section>
    );
  const { data } = check;
  return (
    <Section title="Proof" note="worked out by this browser">
      {data === undefined ? (
        <p className="muted">Hashes the entries, follows them to the root of the log, and checks the signature over it.</p>
      ) : (
        <Result checked={data} />
      )}
      <ProblemNotice problem={check.error} />
      <div className={classes.check}>
        <Button icon="check" onClick={() => check.mutate()} busy={check.isPending}>
          {data === undefined ? "Check the proof" : "Check again"}
        </Button>
      </div>
    </Section>
  );
}

function Result({ checked }: { checked: Checked }) {
  const faults = [
    ...checked.entries.flatMap((e) => e.verdict.findings.filter((f) => !f.fits).map((f) => `${e.name}: ${f.says}`)),
    ...(checked.agrees ? [] : ["The list of acts says something else than the entries do. Believe the entries."]),
  ];
  return (
    <div role="status">
      <ul className={classes.findings}>
        {faults.length === 0 ? (
          <Finding fits says="Everything fits: this was written as it stands here, and was not changed since." />
        ) : (
          faults.map((says) => <Finding key={says} fits={false} says={says} />)
        )}
      </ul>
      {checked.entries.map((e) => (
        <Signed key={e.name} name={e.name} index={e.proof.index} verdict={e.verdict} />
      ))}
    </div>
  );
}

function Finding({ fits, says }: { fits: boolean; says: string }) {
  return (
    <li>
      <StatusMark state={fits ? "good" : "failed"} label={fits ? "Fits" : "Does not fit"} />
      <span className={fits ? undefined : classes.failed}>{says}</span>
    </li>
  );
}

/** What the signature covers. */
function Signed({ name, index, verdict }: { name: string; index: number; verdict: Verdict }) {
  const { fullTime } = useTimes();
  const { checkpoint, fingerprint } = verdict;
  if (checkpoint === undefined) return null;
  return (
    <dl className={classes.ids} aria-label={name}>
      <dt>{name}</dt>
      <dd className="num">
        entry {count(index + 1)} of {count(checkpoint.size)}
      </dd>
      <dt>Root</dt>
      <dd>
        <Copy text={checkpoint.root} label="root" whole />
      </dd>
      <dt>Signed at</dt>
      <dd className="num">{fullTime(new Date(checkpoint.atUs / 1000))}</dd>
      <dt>Key</dt>
      <dd>
        {fingerprint === undefined ? "none that is known" : <Copy text={fingerprint} label="fingerprint of the key" whole />}
      </dd>
    </dl>
  );
}
