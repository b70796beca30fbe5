import { type ClipboardEvent, type DragEvent, useRef, useState } from "react";
import { Button } from "../../design/Button";
import { Field } from "../../design/Field";
import { count } from "../../design/format";
import { LongText } from "../../design/LongText";
import { TextArea } from "../../design/TextArea";
import { bounds, type Message, type Role } from "./draft";
import classes from "./Prompt.module.css";
import { pictureKinds, readPictures } from "./pictures";

const roleNames: Record<Role, string> = { system: "System", user: "User", assistant: "Assistant", tool: "Tool" };

/** Text that is longer stands beside the page and not in a field: laying megabytes out anew with every letter would hold it up. */
const maxTyped = 100_000;

/** One message: whose it is, what it says, and its pictures, chosen, dropped or pasted. */
export function MessageBox({
  of: message,
  place,
  onChange,
  onRemove,
}: {
  of: Message;
  place: number;
  onChange: (message: Message) => void;
  onRemove: (() => void) | undefined;
}) {
  const [note, setNote] = useState("");
  const [isOver, setOver] = useState(false);
  const chooser = useRef<HTMLInputElement>(null);
  const change = (part: Partial<Message>) => onChange({ ...message, ...part });

  const add = async (files: Iterable<File>) => {
    const all = [...files];
    const texts = all.filter((f) => f.type.startsWith("text/") || f.type === "application/json");
    const { pictures, refused } = await readPictures(all.filter((f) => !texts.includes(f)));
    const room = bounds.pictures - message.pictures.length;
    setNote(pictures.length > room ? `A message has at most ${bounds.pictures} pictures.` : refused.join(" "));
    const said = await Promise.all(texts.map((f) => f.text()));
    change({
      ...(pictures.length > 0 ? { pictures: [...message.pictures, ...pictures.slice(0, room)], role: "user" as const } : {}),
      ...(said.length > 0 ? { text: [message.text, ...said].filter((t) => t !== "").join("\n\n") } : {}),
    });
  };
  const onDrop = (event: DragEvent) => {
    setOver(false);
    if (event.dataTransfer.files.length === 0) return;
    event.preventDefault();
    void add(event.dataTransfer.files);
  };
  const onPaste = (event: ClipboardEvent) => {
    const files = [...event.clipboardData.files];
    const text = event.clipboardData.getData("text/plain");
    if (files.length > 0) void add(files);
    else if (text.length > maxTyped) change({ text: message.text + text });
    else return;
    event.preventDefault();
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: what can be dropped here can also be chosen by a button
    <div
      className={isOver ? `${classes.block} ${classes.over}` : classes.block}
      onDragOver={(e) => {
        if (!e.dataTransfer.types.includes("Files")) return;
        e.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
      onPaste={onPaste}
    >
      <div className={classes.blockHead}>
        <select
          aria-label={`Role of message ${place}`}
          value={message.role}
          onChange={(e) => change({ role: e.currentTarget.value as Role })}
        >
          {Object.entries(roleNames).map(([role, name]) => (
            <option key={role} value={role}>
              {name}
            </option>
          ))}
        </select>
        {message.role === "user" && (
          <Button
            small
            kind="quiet"
            icon="picture"
            aria-label={`Add pictures to message ${place}`}
            title="Pictures: choose, drop or paste"
            onClick={() => chooser.current?.click()}
          />
        )}
        {onRemove !== undefined && (
          <Button small kind="quiet" icon="close" aria-label={`Remove message ${place}`} title="Remove" onClick={onRemove} />
        )}
      </div>
      <input
        ref={chooser}
        type="file"
        accept={pictureKinds}
        multiple
        hidden
        onChange={(e) => {
          void add(e.currentTarget.files ?? []);
          e.currentTarget.value = "";
        }}
      />
      {message.role === "tool" && (
        <Field
          label="Answers the call"
          value={message.callId}
          placeholder="call_…"
          className="mono"
          onChange={(e) => change({ callId: e.currentTarget.value })}
        />
      )}
      {message.text.length > maxTyped ? (
        <LargeText text={message.text} onClear={() => change({ text: "" })} />
      ) : (
        <TextArea
          label={`Message ${place}`}
          isUnlabelled
          value={message.text}
          placeholder={hints[message.role]}
          onChange={(e) => change({ text: e.currentTarget.value })}
        />
      )}
      {message.calls.length > 0 && (
        <p className="muted">
          Calls {count(message.calls.length)} {message.calls.length === 1 ? "tool" : "tools"}.
        </p>
      )}
      {message.pictures.length > 0 && (
        <ul className={classes.pictures}>
          {message.pictures.map((p, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the same picture may be there twice
            <li key={at}>
              <img src={p.url} alt={p.name} title={p.name} />
              <Button
                small
                kind="quiet"
                icon="close"
                aria-label={`Remove picture ${p.name}`}
                onClick={() => change({ pictures: message.pictures.filter((_, i) => i !== at) })}
              />
            </li>
          ))}
        </ul>
      )}
      {note !== "" && (
        <p role="alert" className={classes.note}>
          {note}
        </p>
      )}
    </div>
  );
}

const hints: Record<Role, string> = {
  system: "What the model is to be and to do. Optional.",
  user: "What is asked. {{name}} makes a variable.",
  assistant: "What it answered before.",
  tool: "What the tool gave.",
};

function LargeText({ text, onClear }: { text: string; onClear: () => void }) {
  const [isShown, setShown] = useState(false);
  return (
    <div className={classes.large}>
      <p>
        <span className="num">{count(text.length)}</span> characters, sent whole.
      </p>
      <div className={classes.row}>
        <Button small onClick={() => setShown(!isShown)}>
          {isShown ? "Hide" : "Show the beginning"}
        </Button>
        <Button small onClick={onClear}>
          Empty it
        </Button>
      </div>
      {isShown && (
        <div className={classes.shown}>
          <LongText text={text} />
        </div>
      )}
    </div>
  );
}
