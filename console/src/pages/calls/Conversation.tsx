import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { api, get, Problem, type Schemas } from "../../api/client";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import { Section } from "../../design/Drawer";
import { count } from "../../design/format";
import { LongText } from "../../design/LongText";
import { Markdown } from "../../design/Markdown";
import { Notice, ProblemNotice } from "../../design/Notice";
import { LinkTo } from "../../shell/LinkTo";
import { AskReveal } from "./AskReveal";
import classes from "./Conversation.module.css";
import { answeredTurns, askedTurns, isInline, type Part, type Turn } from "./conversation";

export type Contents = Schemas["ContentView"];

/** What was said, once somebody asks for it: the server writes down who looked. */
export function useContents(id: string) {
  const [isAsked, setAsked] = useState(false);
  const contents = useQuery({
    queryKey: ["calls", "contents", id],
    queryFn: ({ signal }) => get(api.GET("/api/calls/{id}/contents", { params: { path: { id } }, signal })),
    enabled: isAsked,
    staleTime: Number.POSITIVE_INFINITY,
    // What was read stays in memory no longer than it is on the screen.
    gcTime: 0,
    retry: false,
  });
  return { contents, isAsked, ask: () => setAsked(true) };
}

export function Conversation({
  of: { contents, isAsked, ask },
  call,
  workspace,
}: {
  of: ReturnType<typeof useContents>;
  call: string;
  workspace: string | null;
}) {
  const may = useMay();
  const [asks, setAsks] = useState(false);
  const [wish, setWish] = useState<Schemas["Reveal"]>();
  const turns = useMemo(
    () =>
      contents.data === undefined ? [] : [...askedTurns(contents.data.prompt.text), ...answeredTurns(contents.data.answer.text)],
    [contents.data],
  );
  if (!may("contents.read"))
    return (
      <Section title="Conversation">
        <p className="muted">Owners and officers may ask to read what was said, where it is kept.</p>
      </Section>
    );
  const isNone = contents.error instanceof Problem && contents.error.status === 404;
  const isHidden = contents.error instanceof Problem && contents.error.code === "reveal_required";
  return (
    <Section title="Conversation" note={contents.data === undefined ? undefined : lengths(contents.data)}>
      {contents.data === undefined && !isNone && (
        <>
          <p className={classes.ask}>
            <Button icon="eye" busy={isAsked && contents.isFetching} onClick={isAsked ? () => void contents.refetch() : ask}>
              Show what was said
            </Button>
            <span className="muted">It is written down that you looked.</span>
          </p>
          {isHidden ? (
            <Notice
              state="refused"
              title={wish === undefined ? "What was said is kept, and hidden" : "You asked to see it"}
              actions={
                workspace !== null &&
                wish === undefined && (
                  <Button icon="eye" onClick={() => setAsks(true)}>
                    Ask to see it
                  </Button>
                )
              }
            >
              {wish === undefined ? (
                "It is read with a reason and another person's yes, for some minutes. No role opens it alone."
              ) : (
                <>
                  Somebody else decides.{" "}
                  <LinkTo to="/evidence" search={{ tab: "readings", open: wish.id }}>
                    See how it stands
                  </LinkTo>
                  , then show it here.
                </>
              )}
            </Notice>
          ) : (
            <ProblemNotice problem={contents.error} />
          )}
        </>
      )}
      {asks && workspace !== null && (
        <AskReveal
          call={call}
          workspace={workspace}
          onClose={(made) => {
            setAsks(false);
            if (made === undefined) return;
            setWish(made);
            // Where no second person is asked for, it is open now.
            if (made.live) void contents.refetch();
          }}
        />
      )}
      {isNone && (
        <p className="muted">Nothing is kept of it: neither its route nor its key keeps contents, or they are past their time.</p>
      )}
      <Turns turns={turns} />
    </Section>
  );
}

function lengths({ prompt, answer }: Contents): string {
  const one = (name: string, t: Contents["prompt"]) => `${name} ${count(t.bytes)} bytes${t.truncated ? ", cut" : ""}`;
  return `${one("asked", prompt)} · ${one("answered", answer)}`;
}

/** Turns that are drawn at once, and how many more with a click. */
const step = 40;

/** Thousands of tool calls are drawn piece by piece. */
function Turns({ turns }: { turns: readonly Turn[] }) {
  const [shown, setShown] = useState(step);
  // The end matters most, the middle least: it is what one opens.
  const last = turns.length > shown ? Math.min(5, turns.length) : 0;
  const hidden = turns.length - shown - last;
  return (
    <>
      <ol className={classes.turns}>
        {turns.slice(0, shown).map((t, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: turns stay where they are
          <OneTurn key={i} turn={t} />
        ))}
      </ol>
      {hidden > 0 && (
        <p className={classes.ask}>
          <Button small onClick={() => setShown(shown + step * 5)}>
            Show {count(Math.min(step * 5, hidden))} more
          </Button>
          <span className="muted num">{count(hidden)} turns are between</span>
        </p>
      )}
      {last > 0 && (
        <ol className={classes.turns}>
          {turns.slice(hidden > 0 ? -last : shown).map((t, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: turns stay where they are
            <OneTurn key={i} turn={t} />
          ))}
        </ol>
      )}
    </>
  );
}

/** Parts of a turn that are drawn at once. */
const partsShown = 50;

function OneTurn({ turn }: { turn: Turn }) {
  const [shown, setShown] = useState(partsShown);
  return (
    <li>
      <span className="muted">{turn.who}</span>
      <div>
        {turn.parts.slice(0, shown).map((p, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts stay where they are
          <OnePart key={i} part={p} />
        ))}
        {turn.parts.length > shown && (
          <Button small onClick={() => setShown(shown + partsShown * 4)}>
            Show {count(Math.min(partsShown * 4, turn.parts.length - shown))} more of {count(turn.parts.length)} parts
          </Button>
        )}
      </div>
    </li>
  );
}

function OnePart({ part }: { part: Part }) {
  switch (part.kind) {
    case "text":
      return <Markdown text={part.text} />;
    case "code":
      return (
        <div className={classes.code}>
          {part.name !== undefined && <p className="mono strong">{part.name}</p>}
          <LongText text={part.text} isCode />
        </div>
      );
    case "image":
      return isInline(part.address) ? (
        <img className={classes.image} src={part.address} alt="What the caller sent" />
      ) : (
        <p className="muted">
          A picture of another host, which is not loaded:{" "}
          <span className={`mono ${classes.address}`}>{part.address.slice(0, 300)}</span>
        </p>
      );
    default:
      return <p className="muted">{part.text}</p>;
  }
}
