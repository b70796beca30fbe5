import type { ButtonHTMLAttributes, Ref } from "react";
import classes from "./Button.module.css";
import { Icon, type IconName } from "./Icon";

type Kind = "main" | "plain" | "quiet" | "danger";

type Props = ButtonHTMLAttributes<HTMLButtonElement> & {
  kind?: Kind;
  icon?: IconName;
  small?: boolean;
  /** Work is under way: it cannot be pressed again, and says so. */
  busy?: boolean;
  /** Why it cannot be pressed, shown and told. */
  why?: string | undefined;
  ref?: Ref<HTMLButtonElement>;
};

/** A button says what it does. One of a page is the main one. */
export function Button({ kind = "plain", icon, small, busy, why, children, className, disabled, ...rest }: Props) {
  const names = [classes.button, classes[kind], small && classes.small, children === undefined && classes.square, className];
  return (
    <button
      type="button"
      {...rest}
      className={names.filter(Boolean).join(" ")}
      disabled={disabled || busy || why !== undefined}
      aria-busy={busy || undefined}
      title={why ?? rest.title}
    >
      {icon !== undefined && <Icon name={icon} size={small ? 14 : 16} />}
      {children}
    </button>
  );
}
