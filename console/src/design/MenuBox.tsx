import { Menu as Behaviour } from "@mantine/core";
import type { ComponentPropsWithRef } from "react";
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
        // That is nothing that may stand in a menu: its first item takes the focus.
        withInitialFocusPlaceholder={false}
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
    </Headless>
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
