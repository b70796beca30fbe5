import { Link } from "@tanstack/react-router";
import type { MouseEvent, ReactNode } from "react";
import { useMe } from "../api/session";
import button from "../design/Button.module.css";
import { Icon, type IconName } from "../design/Icon";
import { mayOpen, type Place } from "./places";

type Target = {
  to: Place["to"];
  /** null where there is no address for it. */
  search?: Readonly<Record<string, string | undefined>> | null;
  children: ReactNode;
};

type Looks = { className?: string | undefined; title?: string | undefined; onClick?: (event: MouseEvent) => void };

/** Whether the one who is signed in may open a page. */
export function useMayOpen(): (to: Place["to"]) => boolean {
  const { data: me } = useMe();
  return (to) => mayOpen(to, me?.permissions ?? []);
}

/** A link to a thing on its page; the words alone for whoever may not open that page. */
export function LinkTo({ to, search = {}, children, onClick, ...looks }: Target & Looks) {
  const may = useMayOpen();
  if (search === null || !may(to)) return looks.className === undefined ? <>{children}</> : <span {...looks}>{children}</span>;
  return (
    <Link to={to} search={search as never} {...looks} {...(onClick === undefined ? {} : { onClick })}>
      {children}
    </Link>
  );
}

/** The same as a button; nothing for whoever may not open the page. */
export function ButtonTo({ to, search = {}, icon, children }: Target & { icon?: IconName }) {
  const may = useMayOpen();
  if (search === null || !may(to)) return null;
  return (
    <Link to={to} search={search as never} className={button.button}>
      {icon !== undefined && <Icon name={icon} />}
      {children}
    </Link>
  );
}
