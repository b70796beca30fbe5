import { useEffect, useState } from "react";
import { Button } from "../../design/Button";
import { notCopied, useCopy } from "../../design/copy";
import { Dialog } from "../../design/Dialog";
import { count } from "../../design/format";
import { Notice } from "../../design/Notice";
import type { Draft } from "./draft";
import classes from "./PlaygroundPage.module.css";
import { linkOf, maxLink } from "./share";

/** The draft as a link. */
export function ShareDialog({ draft, onClose }: { draft: Draft; onClose: () => void }) {
  const [link, setLink] = useState<string>();
  const { said, copy: copyText } = useCopy(60_000);
  const [withoutPictures, setWithout] = useState(false);
  useEffect(() => {
    const shared = withoutPictures ? { ...draft, messages: draft.messages.map((m) => ({ ...m, pictures: [] })) } : draft;
    let isGone = false;
    void linkOf(shared, location.origin + location.pathname).then((made) => isGone || setLink(made));
    return () => {
      isGone = true;
    };
  }, [draft, withoutPictures]);
  const isTooLong = link !== undefined && link.length > maxLink;
  const hasPictures = draft.messages.some((m) => m.pictures.length > 0);
  const copy = async () => {
    if (link === undefined || isTooLong) return;
    await copyText(link);
  };
  return (
    <Dialog
      title="Share this draft"
      onClose={onClose}
      onSend={() => void copy()}
      actions={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button
            kind="main"
            type="submit"
            icon={said === "Copied" ? "check" : "link"}
            busy={link === undefined}
            why={isTooLong ? "The link is too long" : undefined}
          >
            {said ?? "Copy the link"}
          </Button>
        </>
      }
    >
      <p className="muted">
        The link holds messages, variables, tools and settings, not answers. They stand behind the # of the address: no server
        gets or keeps them. Whoever opens it runs it as themselves.
      </p>
      {hasPictures && (
        <label className={classes.choice}>
          <input type="checkbox" checked={withoutPictures} onChange={(e) => setWithout(e.currentTarget.checked)} />
          Leave out the pictures
        </label>
      )}
      {isTooLong && (
        <Notice state="failed" title={`The link has ${count(link.length)} characters`}>
          Chats and mail cut links that are longer than {count(maxLink)}.{" "}
          {hasPictures ? "Leave out the pictures, or shorten the messages." : "Shorten the messages."}
        </Notice>
      )}
      {link !== undefined && !isTooLong && (
        <p className={`${classes.link} mono`}>
          {said === notCopied ? link : link.slice(0, 160)}
          {said !== notCopied && link.length > 160 ? "…" : ""}
        </p>
      )}
    </Dialog>
  );
}
