import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "../../design/Button";
import { Copy } from "../../design/Copy";
import { CopyButton } from "../../design/CopyButton";
import { Dialog } from "../../design/Dialog";
import { Field } from "../../design/Field";
import { ProblemNotice } from "../../design/Notice";
import { parseRange, type Range } from "../../design/range";
import { useTimes, useZone } from "../../design/zone";
import classes from "./AuditPage.module.css";
import { auditKeysQuery } from "./queries";

export const verifyCommand = "portico verify audit.zip --key key.pem";

/** The logs as a zip that can be verified where nothing of Portico runs. */
export function ExportDialog({ stretch, onClose }: { stretch: string; onClose: () => void }) {
  const [zone] = useZone();
  const { time } = useTimes();
  const [text, setText] = useState(stretch);
  const [isWrong, setWrong] = useState(false);
  const isAll = text.trim() === "";
  const range = isAll ? undefined : parseRange(text, new Date(), zone);
  const take = () => {
    if (!isAll && range === undefined) {
      setWrong(true);
      return;
    }
    save(`/api/audit/export${parametersOf(range)}`, "audit.zip");
  };
  return (
    <Dialog
      title="Export the audit log"
      onClose={onClose}
      onSend={take}
      actions={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button kind="main" type="submit" icon="export">
            Download audit.zip
          </Button>
        </>
      }
    >
      <Field
        label="Time"
        value={text}
        autoFocus
        autoComplete="off"
        spellCheck={false}
        placeholder="All entries"
        help={
          isAll
            ? "All entries, from the first one up to now."
            : range === undefined
              ? "7d, yesterday, 6 nov – now, 2026-11-06 14:00 – 15:30; empty for all entries."
              : `From ${time(range.from)} to ${range.to === undefined ? "now" : time(range.to)}. Empty for all entries.`
        }
        error={
          isWrong && range === undefined && !isAll
            ? "That is no stretch of time. Try 7d, yesterday or 6 nov – now; empty for all entries."
            : undefined
        }
        onChange={(e) => {
          setText(e.currentTarget.value);
          setWrong(false);
        }}
      />
      <p className="muted">
        Entries of all logs, calls and acts, with the signed checkpoints over them. Ids stand in them, no names and nothing that
        was said.
      </p>
      <Keys />
      <div className={classes.steps}>
        <p>Verify it on any machine, without a server or a network:</p>
        <div className={`${classes.code} mono`}>{verifyCommand}</div>
        <div>
          <CopyButton small text={() => verifyCommand}>
            Copy command
          </CopyButton>
        </div>
      </div>
    </Dialog>
  );
}

/** The public halves. The one that signs now is key.pem. */
function Keys() {
  const keys = useQuery(auditKeysQuery);
  if (keys.data === undefined) return <ProblemNotice problem={keys.error} />;
  return (
    <div className={classes.steps}>
      {keys.data.map((key) => (
        <div key={key.id} className={classes.steps}>
          <p>
            <a href={pemAddress(key.pem)} download={key.retired_at === null ? "key.pem" : `key-${key.id}.pem`}>
              {key.retired_at === null ? "Download the public key, key.pem" : `Download the retired key ${key.id}`}
            </a>
          </p>
          <p className="muted">
            Give it to the auditor once, on another way than the export. Fingerprint, to be compared by phone:{" "}
            <Copy text={key.fingerprint} label="fingerprint" />
          </p>
        </div>
      ))}
    </div>
  );
}

const pemAddress = (pem: string) => `data:application/x-pem-file,${encodeURIComponent(`${pem}\n`)}`;

function parametersOf(range: Range | undefined): string {
  if (range === undefined) return "";
  const to = range.to === undefined ? {} : { to: range.to.toISOString() };
  return `?${new URLSearchParams({ from: range.from.toISOString(), ...to })}`;
}

function save(address: string, name: string) {
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
}
