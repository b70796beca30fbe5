import { useState } from "react";
import { Button } from "../../design/Button";
import { useCopy } from "../../design/copy";
import { Dialog } from "../../design/Dialog";
import { LongText } from "../../design/LongText";
import { Segments } from "../../design/Segments";
import type { Body } from "./body";
import { codeOf, type Language, languages } from "./code";
import classes from "./PlaygroundPage.module.css";

/** A call as it stands in a program. */
export function CodeDialog({ body, first, onClose }: { body: Body; first: Language; onClose: () => void }) {
  const [language, setLanguage] = useState(first);
  const { said, copy } = useCopy();
  const code = codeOf(language, body, location.origin);
  return (
    <Dialog
      title={`${body.model} in a program`}
      wide
      onClose={onClose}
      onSend={() => void copy(code)}
      actions={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button kind="main" type="submit" icon={said === "Copied" ? "check" : "copy"}>
            {said ?? "Copy"}
          </Button>
        </>
      }
    >
      <Segments
        label="Language"
        options={languages.map((l) => ({ value: l.id, name: l.name }))}
        value={language}
        onChange={setLanguage}
      />
      <p className="muted">It needs a service key of the use case in PORTICO_KEY; a person's session is no key.</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
      <section className={classes.code} aria-label="Code" tabIndex={0}>
        <LongText text={code} isCode />
      </section>
    </Dialog>
  );
}
