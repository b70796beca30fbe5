import { Menu as Behaviour } from "@mantine/core";
import { type ComponentPropsWithRef, type ReactElement, useState } from "react";
import { Icon, type IconName } from "./Icon";
import classes from "./Overlay.module.css";
import { useEsc } from "./useEsc";

export type MenuItem =
  | {
      name: string;
      icon?: IconName;
      note?: string;
      isDangerous?: boolean;
      why?: string | undefined;
      /** It is on or off, and choosing it turns that. */
      isOn?: boolean;
      /** One of some of which at most one is shown now: the mark has its room beside all of them. */
      isShown?: boolean;
      /** A second thing to do with it, beside it. */
      aside?: { name: string; icon: IconName; onSelect: () => void };
      onSelect: () => void;
    }
  | "rule"
  | { group: string };

/** More actions than there is room for, behind the button that is given. Arrows move, Enter acts, Esc closes. What may not be done says why. */
export function Menu({
  items,
  stays = false,
  children,
}: {
  items: readonly MenuItem[];
  /** It stays open when something was chosen, since one chooses several. */
  stays?: boolean;
  children: ReactElement;
}) {
  const [isOpen, setOpen] = useState(false);
  useEsc(isOpen, () => setOpen(false));
  return (
    <Behaviour
      opened={isOpen}
      onChange={setOpen}
      // That is nothing that may stand in a menu: its first item takes the focus.
      withInitialFocusPlaceholder={false}
      closeOnItemClick={!stays}
      position="bottom-end"
      offset={4}
      transitionProps={{ duration: 0 }}
      classNames={{ dropdown: classes.overlay, item: classes.item, label: classes.group, divider: classes.rule }}
    >
      <Behaviour.Target>{children}</Behaviour.Target>
      <Behaviour.Dropdown>
        {items.map((item, index) =>
          item === "rule" ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: a rule has nothing else
            <Behaviour.Divider key={index} />
          ) : "group" in item ? (
            <Behaviour.Label key={item.group}>{item.group}</Behaviour.Label>
          ) : item.aside === undefined ? (
            <Item key={item.name} of={item} />
          ) : (
            <div key={item.name} role="none" className={classes.pair}>
              <Item of={item} />
              <Behaviour.Item title={item.aside.name} aria-label={item.aside.name} onClick={item.aside.onSelect}>
                <Icon name={item.aside.icon} size={12} />
              </Behaviour.Item>
            </div>
          ),
        )}
      </Behaviour.Dropdown>
    </Behaviour>
  );
}

function Item({ of: item }: { of: Extract<MenuItem, { name: string }> }) {
  const looks = {
    className: item.isDangerous ? (classes.danger ?? "") : "",
    disabled: item.why !== undefined,
    title: item.why ?? (item.aside === undefined ? undefined : item.name),
    onClick: item.onSelect,
    rightSection: item.note === undefined ? undefined : <span className={classes.note}>{item.note}</span>,
    children: item.name,
  };
  if (item.isOn !== undefined)
    return <Behaviour.Item component={Switch} aria-checked={item.isOn} leftSection={<Mark isOn={item.isOn} />} {...looks} />;
  if (item.isShown !== undefined)
    return <Behaviour.Item aria-current={item.isShown} leftSection={<Mark isOn={item.isShown} />} {...looks} />;
  return <Behaviour.Item leftSection={item.icon === undefined ? undefined : <Icon name={item.icon} size={14} />} {...looks} />;
}

function Mark({ isOn }: { isOn: boolean }) {
  return <span className={classes.check}>{isOn && <Icon name="check" size={14} />}</span>;
}

/** The part of the library gives every item the role of one that acts. */
function Switch(props: ComponentPropsWithRef<"button">) {
  return <button {...props} type="button" role="menuitemcheckbox" aria-checked={props["aria-checked"] === true} />;
}
