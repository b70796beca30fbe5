import { Link, useLocation } from "@tanstack/react-router";
import { type ReactNode, useEffect, useState } from "react";
import { type Me, useSignOut } from "../api/session";
import { Icon, Mark } from "../design/Icon";
import classes from "./Shell.module.css";
import { nextScheme, type Scheme, useScheme } from "./scheme";

type Place = { to: "/calls" | "/keys" | "/budgets" | "/usage"; name: string; needs: string };

/** By task. What one may not see is not there. */
const tasks: { name: string; places: Place[] }[] = [
  {
    name: "Operate",
    places: [
      { to: "/calls", name: "Calls", needs: "calls.read" },
      { to: "/keys", name: "Keys", needs: "keys.read" },
      { to: "/budgets", name: "Budgets", needs: "budgets.read" },
      { to: "/usage", name: "Usage", needs: "usage.read" },
    ],
  },
];

/** The frame of every page: where one can go at the left, the page at the right. */
export function Shell({ me, children }: { me: Me; children: ReactNode }) {
  const [isOpen, setOpen] = useState(false);
  const path = useLocation({ select: (l) => l.pathname });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page closes the navigation of a narrow window
  useEffect(() => setOpen(false), [path]);
  return (
    <div className={classes.app}>
      <a className={classes.skip} href="#page">
        Skip to the page
      </a>
      <nav className={isOpen ? `${classes.nav} ${classes.open}` : classes.nav} aria-label="Main">
        <div className={classes.home}>
          <Mark />
          <b>Portico</b>
        </div>
        {tasks.map((task) => {
          const places = task.places.filter((p) => me.permissions.includes(p.needs));
          return places.length === 0 ? null : (
            <section key={task.name} aria-label={task.name}>
              <h2>{task.name}</h2>
              <ul>
                {places.map((place) => (
                  <li key={place.to}>
                    <Link to={place.to} activeProps={{ "aria-current": "page" }}>
                      {place.name}
                    </Link>
                  </li>
                ))}
              </ul>
            </section>
          );
        })}
        <Person me={me} />
      </nav>
      <main id="page" className={classes.main}>
        <button
          type="button"
          className={classes.menu}
          aria-label="Navigation"
          aria-expanded={isOpen}
          onClick={() => setOpen((open) => !open)}
        >
          <Icon name="menu" />
        </button>
        {children}
      </main>
    </div>
  );
}

const schemeNames: Record<Scheme, string> = { light: "light", dark: "dark", system: "as the system has it" };

function Person({ me }: { me: Me }) {
  const signOut = useSignOut();
  const [scheme, setScheme] = useScheme();
  return (
    <div className={classes.me}>
      <span className={classes.avatar} aria-hidden="true">
        {me.name
          .split(/\s+/)
          .slice(0, 2)
          .map((w) => w[0]?.toUpperCase())
          .join("")}
      </span>
      <span className="cut">
        <b>{me.name}</b>
        <small>{me.roles.join(", ")}</small>
      </span>
      <button
        type="button"
        onClick={() => setScheme(nextScheme(scheme))}
        title={`Colours: ${schemeNames[scheme]}`}
        aria-label={`Colours: ${schemeNames[scheme]}. Change`}
      >
        <Icon name="half" />
      </button>
      {me.session !== null && (
        <button type="button" onClick={() => signOut.mutate()} title="Sign out" aria-label="Sign out">
          <Icon name="leave" />
        </button>
      )}
    </div>
  );
}

/** Breadcrumb, whose last part is the title; then what the page can do, the main thing last. */
export function TopBar({ above, title, children }: { above?: ReactNode; title: string; children?: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Portico`;
  }, [title]);
  return (
    <header className={classes.top}>
      <div className={classes.crumb}>
        {above !== undefined && (
          <>
            {above}
            <Icon name="right" size={10} />
          </>
        )}
        <h1>{title}</h1>
      </div>
      <div className={classes.space} />
      {children}
    </header>
  );
}
