import { Menu as Behaviour } from "@mantine/core";
import { Anchor, Headless, useShown } from "./Anchor";
import { Icon } from "./Icon";
import type { MenuItem } from "./Menu";
import classes from "./Overlay.module.css";
import type { BoxProps } from "./useBox";

/** What a menu opens. */
export function MenuBox({
  items,
  stays,
  id,
  anchor,
  isOpen,
  onChange,
}: BoxProps & {
  items: readonly MenuItem[];
  stays: boolean;
}) {
  const isShown = useShown(isOpen);
  return (
    <Headless>
      <Behaviour
        id={id}
        opened={isShown}
        onChange={onChange}
        closeOnItemClick={!stays}
        position="bottom-end"
        offset={4}
        transitionProps={{ duration: 0 }}
        classNames={{ dropdown: classes.overlay, item: classes.item, label: classes.group, divider: classes.rule }}
      >
        <Behaviour.Target>
          <Anchor element={anchor} />
        </Behaviour.Target>
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
    </Headless>
  );
}
