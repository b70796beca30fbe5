import { Choice } from "../../design/Choice";
import { Field } from "../../design/Field";
import { TextArea } from "../../design/TextArea";
import type { Faults } from "./body";
import type { SettingName, Settings } from "./draft";
import classes from "./Prompt.module.css";

const efforts = ["none", "minimal", "low", "medium", "high"];

/** How the model is to answer. Of a column, what is empty is as for all. */
export function SettingsForm({
  values,
  forAll,
  faults,
  onChange,
}: {
  values: Partial<Settings>;
  /** What holds where nothing is set; left out, the model's own. */
  forAll?: Settings;
  faults: Faults;
  onChange: (name: SettingName, value: string) => void;
}) {
  const field = (name: SettingName) => ({
    value: values[name] ?? "",
    error: faults[name],
    placeholder: forAll?.[name] || "as the model has it",
    inputMode: "decimal" as const,
    autoComplete: "off",
    onChange: (e: { currentTarget: { value: string } }) => onChange(name, e.currentTarget.value),
  });
  const none = forAll?.effort ? `As for all: ${forAll.effort}` : "As the model has it";
  return (
    <div className={classes.settings}>
      <Field label="Temperature" {...field("temperature")} />
      <Field label="Tokens out, at most" {...field("maxTokens")} />
      <Field label="Top P" {...field("topP")} />
      <Field label="Seed" {...field("seed")} />
      <Choice
        label="Reasoning effort"
        options={[{ value: "", label: none }, ...efforts.map((value) => ({ value, label: value }))]}
        value={values.effort ?? ""}
        onChange={(e) => onChange("effort", e.currentTarget.value)}
      />
      <TextArea
        label="Stop at"
        isCode
        rows={1}
        placeholder={forAll?.stop || "A text a line"}
        value={values.stop ?? ""}
        error={faults.stop}
        onChange={(e) => onChange("stop", e.currentTarget.value)}
      />
    </div>
  );
}

/** temperature 0, 800 out: what is set, in few words. */
export function saySettings(s: Settings): string {
  const said = [
    s.effort !== "" && `effort ${s.effort}`,
    s.temperature.trim() !== "" && `temperature ${s.temperature.trim()}`,
    s.topP.trim() !== "" && `top P ${s.topP.trim()}`,
    s.maxTokens.trim() !== "" && `${s.maxTokens.trim()} out`,
    s.seed.trim() !== "" && `seed ${s.seed.trim()}`,
    s.stop !== "" && "stops",
  ].filter((t) => t !== false);
  return said.length === 0 ? "as the model has it" : said.join(", ");
}
