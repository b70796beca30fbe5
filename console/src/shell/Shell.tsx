import { Link, useLocation, useNavigate } from "@tanstack/react-router";
import { type ReactNode, useCallback, useEffect, useState } from "react";
import { type Me, useSignOut } from "../api/session";
import { copyText } from "../design/copy";
import { Icon, Mark } from "../design/Icon";
import { fetchWhenUsed } from "../design/later";
import { Menu } from "../design/Menu";
import { Toast } from "../design/Toast";
import { KeysHelp } from "./KeysHelp";
import { Palette } from "./Palette";
import { allowed, foot, tasks } from "./places";
import classes from "./Shell.module.css";
import { nextScheme, type Scheme, useScheme } from "./scheme";
import { callEntry, useEntries } from "./useEntries";
import { useKeys } from "./useKeys";
import { useWorkspace, useWorkspaces } from "./workspace";

/** The frame of every page: where one can go at the left, the page at the right. */
export function Shell({ me, children }: { me: Me; children: ReactNode }) {
  const [isOpen, setOpen] = useState(false);
  const [over, setOver] = useState<"palette" | "keys">();
  const showPalette = useCallback(() => setOver("palette"), []);
  const showKeys = useCallback(() => setOver("keys"), []);
  const close = useCallback(() => setOver(undefined), []);
  const [wasCopied, setCopied] = useState<boolean>();
  const copyLink = useCallback(() => void copyText(location.href).then(setCopied), []);
  useKeys(me.permissions, showPalette, showKeys, copyLink);
  useEffect(fetchWhenUsed, []);
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
        <WorkspaceSwitch />
        <button type="button" className={classes.search} onClick={showPalette}>
          <Icon name="search" size={14} />
          <span>Go to or do</span>
          <kbd>Ctrl K</kbd>
        </button>
        {tasks.map((task) => {
          const places = allowed(task.places, me.permissions);
          return places.length === 0 ? null : (
            <section key={task.name ?? ""} aria-label={task.name}>
              {task.name !== undefined && <h2>{task.name}</h2>}
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
        <ul className={classes.foot}>
          {allowed(foot, me.permissions).map((place) => (
            <li key={place.to}>
              <Link to={place.to} activeProps={{ "aria-current": "page" }}>
                {place.name}
              </Link>
            </li>
          ))}
        </ul>
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
      {over === "palette" && <Everything me={me} onKeys={showKeys} onCopyLink={copyLink} onClose={close} />}
      {over === "keys" && <KeysHelp onClose={close} />}
      {wasCopied !== undefined && (
        <Toast
          state={wasCopied ? "good" : "failed"}
          text={wasCopied ? "The link is copied" : "Not copied: select the address of the browser"}
          onClose={() => setCopied(undefined)}
        />
      )}
    </div>
  );
}

/** The palette with what it finds; its lists are asked for when it opens. */
function Everything({
  me,
  onKeys,
  onCopyLink,
  onClose,
}: {
  me: Me;
  onKeys: () => void;
  onCopyLink: () => void;
  onClose: () => void;
}) {
  const navigate = useNavigate();
  const { entries, isLoading } = useEntries(me, onKeys, onCopyLink);
  const typed = useCallback(
    (text: string) => callEntry(text, (call) => void navigate({ to: "/calls", search: { call } })),
    [navigate],
  );
  return <Palette entries={entries} typed={typed} isLoading={isLoading} onClose={onClose} />;
}

/** All workspaces, or one to which every page is narrowed. */
function WorkspaceSwitch() {
  const navigate = useNavigate();
  const chosen = useWorkspace();
  const { data } = useWorkspaces();
  const show = (workspace: string | undefined) => void navigate({ to: ".", search: (old) => ({ ...old, workspace }) });
  if (data === undefined) return null;
  const name = data.find((w) => w.id === chosen)?.name ?? chosen;
  return (
    <Menu
      items={[
        { name: "All workspaces", ...(chosen === undefined ? { icon: "check" } : {}), onSelect: () => show(undefined) },
        "rule",
        ...data.map((w) => ({
          name: w.name,
          ...(w.id === chosen ? { icon: "check" as const } : {}),
          onSelect: () => show(w.id),
        })),
      ]}
    >
      <button type="button" className={classes.workspace} title="Workspace">
        <span className="cut">{name ?? "All workspaces"}</span>
        <Icon name="updown" size={14} />
      </button>
    </Menu>
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
