import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type DragEvent, useEffect, useRef, useState } from "react";
import { send } from "../../api/send";
import { Button } from "../../design/Button";
import { Dialog } from "../../design/Dialog";
import { Notice, ProblemNotice } from "../../design/Notice";
import classes from "./Detectors.module.css";
import { modelSetsQuery } from "./detectors";
import { Probes } from "./Probes";
import { base64Of, faultOf, type ModelSet } from "./sets";

/** A set comes in as one file: looked at here, sent, tried by the server, and kept without being in force. */
export function SetUpload({
  first,
  onUse,
  onClose,
}: {
  first: File | undefined;
  onUse: (set: ModelSet) => void;
  onClose: () => void;
}) {
  const queries = useQueryClient();
  const chooser = useRef<HTMLInputElement>(null);
  const stop = useRef(new AbortController());
  const [file, setFile] = useState<File>();
  const [fault, setFault] = useState<string | null>(null);
  const [sent, setSent] = useState(0);
  const [isOver, setOver] = useState(false);
  useEffect(() => () => stop.current.abort(), []);
  const upload = useMutation({
    mutationFn: async (of: File) => {
      stop.current = new AbortController();
      return send<ModelSet>("/api/guardrails/models", { bundle: await base64Of(of) }, setSent, stop.current.signal);
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: modelSetsQuery.queryKey }),
  });
  const take = async (files: Iterable<File> | null) => {
    const [one, ...more] = files ?? [];
    if (one === undefined) return;
    setFile(one);
    setSent(0);
    upload.reset();
    const wrong = more.length > 0 ? "A set is one file: choose one." : await faultOf(one);
    setFault(wrong);
    if (wrong === null) upload.mutate(one);
  };
  const begun = useRef(false);
  useEffect(() => {
    if (first === undefined || begun.current) return;
    begun.current = true;
    void take([first]);
  });
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    if (!upload.isPending) void take(event.dataTransfer.files);
  };
  const kept = upload.data;
  const next = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    // The button that had the focus is gone.
    if (kept !== undefined) next.current?.focus();
  }, [kept]);
  return (
    <Dialog
      wide
      title="Upload a set of models"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{kept === undefined ? "Cancel" : "Close"}</Button>
          {kept !== undefined && (
            <Button ref={next} kind="main" onClick={() => onUse(kept)}>
              Use it…
            </Button>
          )}
        </>
      }
    >
      {kept === undefined ? (
        <>
          <p className="muted">
            The server reads it whole and tries it on simple texts. Nothing is in force by that: you see how it did, and decide
            then.
          </p>
          {/* biome-ignore lint/a11y/noStaticElementInteractions: a file is dropped here with the mouse alone; the button is for everybody */}
          <div
            className={isOver ? `${classes.drop} ${classes.over}` : classes.drop}
            onDragOver={(event) => {
              event.preventDefault();
              setOver(true);
            }}
            onDragLeave={() => setOver(false)}
            onDrop={onDrop}
          >
            <Button busy={upload.isPending} onClick={() => chooser.current?.click()}>
              {file === undefined ? "Choose a file…" : "Choose another file…"}
            </Button>
            <span className="muted">or drop it here: one file, at most 8 MB</span>
          </div>
          <input
            ref={chooser}
            type="file"
            hidden
            aria-label="File of the set"
            onChange={(event) => {
              void take(event.currentTarget.files && [...event.currentTarget.files]);
              event.currentTarget.value = "";
            }}
          />
          <div role="status">
            {file !== undefined && upload.isPending && (
              <p>
                {sent < 1 ? `${file.name} is being sent` : `${file.name} has arrived and is being tried on simple texts…`}
                <progress
                  className={classes.progress}
                  aria-label={`Sending ${file.name}`}
                  max={1}
                  {...(sent < 1 ? { value: sent } : {})}
                />
              </p>
            )}
          </div>
          {fault !== null && (
            <Notice state="failed" title={fault}>
              Nothing was sent.
            </Notice>
          )}
          <ProblemNotice problem={upload.error} />
        </>
      ) : (
        <>
          <Notice state="good" title={`Version ${kept.version} passed and is kept`}>
            It is not in force yet.{" "}
            {kept.workspace_id === null
              ? "It may be used everywhere."
              : "It learned from one workspace's reviews and is used there alone."}
          </Notice>
          <Probes of={kept} />
        </>
      )}
    </Dialog>
  );
}
