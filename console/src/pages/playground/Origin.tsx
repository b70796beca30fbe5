import { Button } from "../../design/Button";
import { Notice, ProblemNotice } from "../../design/Notice";
import classes from "./PlaygroundPage.module.css";
import type { Source } from "./useDraft";
import type { Again } from "./useRerun";

/** Where the draft comes from, when it is not one's own. */
export function Origin({
  again,
  source,
  onBack,
  onDismiss,
}: {
  again: Again;
  source: Source;
  onBack: () => void;
  onDismiss: () => void;
}) {
  if (again.problem === null && again.done === undefined && source === "own") return null;
  return (
    <div className={classes.origin}>
      <ProblemNotice problem={again.problem} />
      {again.done !== undefined && (
        <Notice
          state={again.done.isWhole ? "good" : "refused"}
          title={
            again.done.isWhole ? "This is the call as it was made" : "Only the model of the call is here, and what it was for"
          }
          actions={
            <Button small onClick={again.dismiss}>
              Good
            </Button>
          }
        >
          {again.done.isWhole ? "Nothing was run yet. Running it is a new call, as yourself." : again.done.says}
        </Notice>
      )}
      {source === "link" && (
        <Notice
          state="idle"
          title="This draft came with a link"
          actions={
            <>
              <Button small onClick={onDismiss}>
                Keep it
              </Button>
              <Button small onClick={onBack}>
                Back to my own
              </Button>
            </>
          }
        >
          Nothing was run. Read it before you run it: it is a call by you, at the expense of the use case.
        </Notice>
      )}
      {source === "emptied" && (
        <Notice
          state="idle"
          title="The draft is empty"
          actions={
            <>
              <Button small onClick={onBack}>
                Undo
              </Button>
              <Button small kind="quiet" onClick={onDismiss}>
                Good
              </Button>
            </>
          }
        >
          What was there is put aside until the next one is.
        </Notice>
      )}
      {source === "bad link" && (
        <Notice
          state="failed"
          title="The link cannot be read"
          actions={
            <Button small onClick={onDismiss}>
              Good
            </Button>
          }
        >
          It was cut on its way, or is none of the playground's. Your own draft is here.
        </Notice>
      )}
    </div>
  );
}
