import { useMemo } from "react";
import { Notice } from "../../design/Notice";
import { SourceLink } from "../../design/SourceLink";
import { StatusMark } from "../../design/Status";
import { ControlLine } from "./ControlLine";
import classes from "./RisksPage.module.css";
import { type Control, controlsOf, type Framework, isOpen, states, sums } from "./risks";

type Props = {
  framework: Framework;
  all: ReadonlyMap<string, Control>;
  level: string | undefined;
  openAlone: boolean;
};

/** A framework: what it is, how its controls stand in sum, and each item with what supports it and what is left. */
export function Items({ framework, all, level, openAlone }: Props) {
  const shown = useMemo(() => framework.items.filter((i) => !openAlone || isOpen(i, all)), [framework, all, openAlone]);
  const named = useMemo(
    () => [...all.values()].filter((c) => framework.items.some((i) => i.controls.includes(c.id))),
    [framework, all],
  );
  return (
    <>
      <header className={classes.about}>
        <h2>{framework.name}</h2>
        <p className="muted">
          {framework.edition} · <SourceLink url={framework.url} /> · {framework.says}
        </p>
        <Sums controls={named} none={framework.items.filter((i) => i.controls.length === 0).length} />
      </header>
      {shown.length === 0 ? (
        <Notice state="good" title="Every control of these items is in force here">
          What is left beyond them stands with each item, under All.
        </Notice>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what is wider than the page is scrolled with the keys
        <section className={classes.scroller} aria-label={framework.name} tabIndex={0}>
          <table className={classes.table} aria-label={framework.name}>
            <thead>
              <tr>
                <th scope="col">Item</th>
                <th scope="col">Supported by</th>
                <th scope="col">What is left</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((item) => (
                <tr key={item.id}>
                  <th scope="row">
                    <span className="mono muted">{item.id}</span>
                    <span className={classes.item}>{item.title}</span>
                  </th>
                  <td data-head="Supported by">
                    {item.controls.length === 0 ? (
                      <span className={`${classes.chip} ${classes.none}`}>not covered</span>
                    ) : (
                      <ul className={classes.controls}>
                        {controlsOf(item, all).map((c) => (
                          <ControlLine key={c.id} of={c} level={level} />
                        ))}
                      </ul>
                    )}
                  </td>
                  <td className="muted" data-head="What is left">
                    {item.left}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </>
  );
}

/** How many controls stand how, and how many items have none. */
export function Sums({ controls, none }: { controls: readonly Control[]; none: number }) {
  const counted = sums(controls);
  return (
    <ul className={classes.sums} aria-label="In sum">
      {counted.length === 0 && <li>{controls.length} controls</li>}
      {counted.map(({ state, count }) => (
        <li key={state}>
          <StatusMark state={states[state].state} />
          {count} {states[state].word}
        </li>
      ))}
      {none > 0 && <li className="muted">{none === 1 ? "1 item is" : `${none} items are`} not covered</li>}
    </ul>
  );
}
