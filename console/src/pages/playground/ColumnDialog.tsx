import { useState } from "react";
import { Button } from "../../design/Button";
import { Combo, type ComboOption } from "../../design/Combo";
import { Dialog } from "../../design/Dialog";
import { settingFaults } from "./body";
import type { Column, Settings } from "./draft";
import { SettingsForm } from "./SettingsForm";

/** Whom a column asks, and in what it goes its own way. */
export function ColumnDialog({
  column,
  isNew,
  models,
  forAll,
  onSave,
  onClose,
}: {
  column: Column;
  isNew: boolean;
  models: readonly ComboOption[];
  forAll: Settings;
  onSave: (column: Column) => void;
  onClose: () => void;
}) {
  const [model, setModel] = useState<string | undefined>(column.model === "" ? undefined : column.model);
  const [settings, setSettings] = useState(column.settings);
  const [isTried, setTried] = useState(false);
  const faults = settingFaults(settings);
  const save = () => {
    setTried(true);
    if (model === undefined || Object.keys(faults).length > 0) return;
    const set = Object.fromEntries(Object.entries(settings).filter(([, v]) => v !== ""));
    onSave({ ...column, model, settings: set });
  };
  return (
    <Dialog
      title={isNew ? "Another model or setting" : "Model and settings"}
      wide
      onClose={onClose}
      onSend={save}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="main" type="submit">
            {isNew ? "Add the column" : "Change the column"}
          </Button>
        </>
      }
    >
      <Combo
        label="Route or model"
        help="What its workspace may call; the sheet says so before the run when it may not."
        options={models}
        value={model}
        error={isTried && model === undefined ? "Choose whom to ask." : undefined}
        onChange={setModel}
        placeholder="Type to find"
      />
      <SettingsForm
        values={settings}
        forAll={forAll}
        faults={faults}
        onChange={(name, value) => setSettings({ ...settings, [name]: value })}
      />
    </Dialog>
  );
}
