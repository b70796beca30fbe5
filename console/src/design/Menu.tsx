import { Menu as Behaviour } from "@mantine/core";
import { type ReactElement, useState } from "react";
import { Icon, type IconName } from "./Icon";
import classes from "./Overlay.module.css";
import { useEsc } from "./useEsc";

export type MenuItem =
  | { name: string; icon?: IconName; note?: string; isDangerous?: boolean; why?: string | undefined; onSelect: () => void }
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
          ) : (
            <Behaviour.Item
              key={item.name}
              className={item.isDangerous ? classes.danger : ""}
              disabled={item.why !== undefined}
              title={item.why}
              onClick={item.onSelect}
              leftSection={item.icon === undefined ? undefined : <Icon name={item.icon} size={14} />}
              rightSection={item.note === undefined ? undefined : <span className={classes.note}>{item.note}</span>}
            >
              {item.name}
            </Behaviour.Item>
          ),
        )}
      </Behaviour.Dropdown>
    </Behaviour>
  );
}
