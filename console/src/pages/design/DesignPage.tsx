import type { ReactNode } from "react";
import { Button } from "../../design/Button";
import { Copy } from "../../design/Copy";
import { count, duration, exactMoney, fullTime, money, percent, short, shortId, shortMoney, time } from "../../design/format";
import { MeterBar, MeterKey } from "../../design/MeterBar";
import { Notice } from "../../design/Notice";
import { type State, StatusMark } from "../../design/Status";
import { TopBar } from "../../shell/Shell";
import { Colours } from "./Colours";
import classes from "./DesignPage.module.css";
import { Forms } from "./Forms";
import { Lists } from "./Lists";
import { Texts } from "./Texts";
import { Versions } from "./Versions";
import { Ways } from "./Ways";

/** What every page is made of, with the rules: a page that needs another part adds it here. */
export function DesignPage() {
  return (
    <>
      <TopBar title="Design system" />
      <div className={classes.page}>
        <Part name="Idea" rule="One sheet, ruled and not boxed. Normal is grey; colour means something.">
          <p>
            Texture carries truth: solid is settled or measured, hatched is held, estimated, forecast or planned, an empty track
            is what is left, a thin tick is the time that has gone.
          </p>
        </Part>
        <Part
          name="Colours"
          rule="Roles, never colours. The ratio is against the ground of this page: text has 4.5 at least, marks 3."
        >
          <Colours />
        </Part>
        <Part
          name="Type"
          rule="Inter; JetBrains Mono for ids, code and names of models, routes and keys. Tabular digits in columns of numbers alone."
        >
          <div className={classes.types}>
            {types.map(([name, use]) => (
              <div key={name}>
                <span className={classes[name]}>{use[0]}</span>
                <span className="muted">{use[1]}</span>
              </div>
            ))}
          </div>
        </Part>
        <Part name="Measures" rule="A grid of 4 pixels.">
          <div className={classes.formats}>
            {measures.map(([name, value]) => (
              <div key={name}>
                <span>{name}</span>
                <span className="num muted">{value}</span>
              </div>
            ))}
          </div>
        </Part>
        <Part name="Status" rule="Shape, then word, then colour.">
          <div className={classes.marks}>
            {states.map(([state, word]) => (
              <span key={state}>
                <StatusMark state={state} />
                {word}
              </span>
            ))}
          </div>
        </Part>
        <Part name="What is left" rule="Solid is spent, hatched is held, empty is left, the tick is the time that has gone.">
          <div className={classes.stack}>
            <MeterBar spent={58} held={3} limit={100} gone={0.62} />
            <MeterBar spent={82} held={4} limit={100} gone={0.62} tone="risk" />
            <MeterBar spent={97} held={3} limit={100} gone={0.62} tone="failed" />
            <MeterKey />
          </div>
        </Part>
        <Part name="Ways to see" rule="In a bar: one of a few as a word, one of two or three beside each other.">
          <Ways />
        </Part>
        <Part
          name="Buttons"
          rule="A button says what it does. One of a page is the main one. One that cannot be pressed says why."
        >
          <div className={classes.row}>
            <Button kind="main" icon="plus">
              New key
            </Button>
            <Button>Refresh</Button>
            <Button kind="quiet">Clear filters</Button>
            <Button kind="danger">Revoke</Button>
            <Button busy>Saving</Button>
            <Button why="Needs the role engineer. An owner can give it.">New route</Button>
            <Button small icon="export">
              Export
            </Button>
            <Copy text="call_01kae7w3p0c8x2m4n6q8zr5t8v" label="id" />
          </div>
        </Part>
        <Part
          name="Forms"
          rule="One column, label above, help below. An error takes the place of the help and offers the way out."
        >
          <Forms />
        </Part>
        <Part
          name="Lists and drawers"
          rule="Text left, numbers right. A head that can be pressed sorts: numbers from the highest, text from A, then the other way, then as it was; what is unknown stands last. J and K move, Enter opens, Esc closes. A failed row shows its reason."
        >
          <Lists />
        </Part>
        <Part
          name="Texts of models and people"
          rule="Markdown is set, HTML is shown as text, pictures of other hosts are not loaded. Every text runs in its own direction."
        >
          <Texts />
        </Part>
        <Part
          name="Days, differences, versions"
          rule="A strip has a cell an hour: what failed stands from below, nobody called where there is a line. A change is shown before it is saved; what somebody else changed meanwhile is shown, and nothing typed is lost. What was done can be undone for a moment."
        >
          <Versions />
        </Part>
        <Part
          name="Nothing there, and errors"
          rule="Empty says what, why, and what next. An error keeps the data that was there."
        >
          <div className={classes.stack}>
            <Notice state="idle" title="No calls in the last hour" actions={<Button>Show the last 24 hours</Button>}>
              The newest is from 18 Nov 22:10.
            </Notice>
            <Notice state="failed" title="Portico does not answer." actions={<Button>Try now</Button>}>
              You see data of 14:31:40. Next try in 4 s.
            </Notice>
            <Notice state="refused" title="This account may not read what was said.">
              The roles owner and officer may. An owner can give them.
            </Notice>
          </div>
        </Part>
        <Part
          name="Formats"
          rule="Units follow a narrow space that does not break. Zero is 0, unknown is –, unpriced is never 0."
        >
          <div className={classes.formats}>
            {formats.map(([name, value]) => (
              <div key={name}>
                <span className="muted">{name}</span>
                <span className="num">{value}</span>
              </div>
            ))}
          </div>
        </Part>
      </div>
    </>
  );
}

function Part({ name, rule, children }: { name: string; rule: string; children: ReactNode }) {
  return (
    <section className={classes.part} aria-label={name}>
      <div>
        <h2>{name}</h2>
        <p>{rule}</p>
      </div>
      <div>{children}</div>
    </section>
  );
}

const types: readonly (readonly [string, readonly [string, string]])[] = [
  ["figure", ["$1,284.20", "Figure, 22 on 28"]],
  ["state", ["Holding at 25 %", "State of a thing, 18 on 24"]],
  ["title", ["Budgets", "Title, 14 on 18"]],
  ["body", ["What is left, and until when", "Body, tables, controls, 13 on 20"]],
  ["note", ["Resets at 00:00", "Note, 12 on 17"]],
  ["label", ["Last used", "Label and mono, 11.5 on 16"]],
];

const measures: readonly (readonly [string, string])[] = [
  ["Navigation", "208 px"],
  ["Top bar", "48 px"],
  ["Filter bar", "44 px"],
  ["Padding of a page", "24 px"],
  ["Row of a table", "32 px"],
  ["Control", "28 px, 24 in bars"],
  ["Drawer", "384 or 592 px"],
  ["Radius of chip, control, overlay", "3, 5, 8 px"],
];

const states: readonly (readonly [State, string])[] = [
  ["answered", "Answered, in a list"],
  ["good", "Good"],
  ["running", "Running"],
  ["partial", "Partly rolled out"],
  ["held", "Held"],
  ["risk", "At risk"],
  ["failed", "Failed"],
  ["refused", "We refused"],
  ["left", "The caller left"],
  ["idle", "Not started"],
  ["fork", "Fell back"],
];

const noon = new Date("2026-11-19T14:31:58.204Z");
const formats: readonly (readonly [string, string])[] = [
  ["A call", money(12_345_600, 4)],
  ["A line of a bill", money(1_234_567_891, 6)],
  ["Every digit, on hover", exactMoney(1_234_567_891)],
  ["A headline", shortMoney(38_600_000_000_000)],
  ["A count", count(2_810_442)],
  ["A count in a headline", short(2_810_442)],
  ["Under a second", duration(212_000)],
  ["Over a second", duration(4_840_000)],
  ["A share", percent(0.0062)],
  ["Today", time(noon, noon)],
  ["This year", time(noon, new Date("2026-11-26T00:00:00Z"))],
  ["On hover", fullTime(noon, "utc")],
  ["An id", shortId("call_01kae7w3p0c8x2m4n6q8zr5t8v")],
  ["Unknown", count(null)],
];
