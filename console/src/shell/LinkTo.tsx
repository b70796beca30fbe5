import { Link, useRouter } from "@tanstack/react-router";
import type { ReactNode } from "react";
import button from "../design/Button.module.css";
import { Icon, type IconName } from "../design/Icon";

type Target = { to: string; search?: Record<string, string | undefined>; children: ReactNode };

/** A link to a thing on its page; the words alone where this console has no such page. */
export function LinkTo({ to, search = {}, children }: Target) {
  const router = useRouter();
  if (router.routesByPath[to as keyof typeof router.routesByPath] === undefined) return <>{children}</>;
  return (
    <Link to={to as never} search={search as never}>
      {children}
    </Link>
  );
}

/** The same as a button; nothing where there is no such page. */
export function ButtonTo({ to, search = {}, icon, children }: Target & { icon?: IconName }) {
  const router = useRouter();
  if (router.routesByPath[to as keyof typeof router.routesByPath] === undefined) return null;
  return (
    <Link to={to as never} search={search as never} className={button.button}>
      {icon !== undefined && <Icon name={icon} />}
      {children}
    </Link>
  );
}
