import { Check } from "../../design/Check";
import { Choice } from "../../design/Choice";
import { Field } from "../../design/Field";
import { Fields, Group, Pair } from "../../design/Form";
import { contexts, lossPolicies, type NameOf, type RouteDraft } from "./draft";
import type { useWorld } from "./Lanes";
import { strategies } from "./strategies";
import { TargetsField } from "./TargetsField";

/** Everything that a route says. */
export function RouteFields({
  draft,
  world,
  names,
  nameOf,
  errorOf,
  onChange,
}: {
  draft: RouteDraft;
  world: ReturnType<typeof useWorld>;
  /** Routes and models that can write a summary. */
  names: readonly string[];
  nameOf: NameOf;
  errorOf: (param: string) => string | undefined;
  onChange: (draft: RouteDraft) => void;
}) {
  const set = (part: Partial<RouteDraft>) => onChange({ ...draft, ...part });
  const number = (name: keyof RouteDraft, label: string, param: string, help: string, unit?: string) => (
    <Field
      label={label}
      inputMode="numeric"
      autoComplete="off"
      {...(unit === undefined ? {} : { unit })}
      help={help}
      value={String(draft[name])}
      error={errorOf(param)}
      onChange={(e) => set({ [name]: e.currentTarget.value })}
    />
  );
  return (
    <Fields>
      <Field
        label="Name"
        className="mono"
        autoComplete="off"
        spellCheck={false}
        help="What callers write as the model: letters, digits and - _ . / :"
        value={draft.name}
        error={errorOf("name")}
        onChange={(e) => set({ name: e.currentTarget.value })}
      />
      <TargetsField
        draft={draft}
        world={world}
        nameOf={nameOf}
        error={errorOf("targets") ?? errorOf("targets.weight")}
        onChange={(targets) => set({ targets })}
      />
      <Choice
        label="Chooses"
        {...helpOf(draft.strategy)}
        value={draft.strategy}
        options={strategies}
        error={errorOf("strategy")}
        onChange={(e) => set({ strategy: e.currentTarget.value })}
      />
      <Group title="When something fails">
        <Pair>
          {number("retries", "Retries at one deployment", "retries", "0 to 5, beyond the first try.")}
          {number("maxAttempts", "Attempts in all", "max_attempts", "1 to 20, over retries and fallbacks.")}
        </Pair>
        {number("timeoutS", "Time limit of the whole call", "timeout_ms", "0: none. A long stream is not an error.", "s")}
        <Check
          label="Calls of one session stay on one deployment"
          help="As long as it is well: its cache of the prompt pays off."
          checked={draft.sessionAffinity}
          onChange={(sessionAffinity) => set({ sessionAffinity })}
        />
      </Group>
      <Group title="What callers get">
        {number(
          "cacheS",
          "Serve an exact answer again for",
          "cache_seconds",
          "0: no cache. At most 30 days; apart for each workspace.",
          "s",
        )}
        <Choice
          label="When the input does not fit the window"
          value={draft.context}
          options={contexts}
          error={errorOf("context")}
          onChange={(e) => set({ context: e.currentTarget.value })}
        />
        {draft.context === "summarise" && (
          <Pair>
            <Choice
              label="Summary by"
              value={draft.summaryModel}
              options={[
                ...(names.includes(draft.summaryModel)
                  ? []
                  : [{ value: draft.summaryModel, label: draft.summaryModel || "Choose one" }]),
                ...names.filter((n) => n !== draft.name).map((n) => ({ value: n, label: n })),
              ]}
              error={errorOf("summary_model")}
              onChange={(e) => set({ summaryModel: e.currentTarget.value })}
            />
            {number("summaryTokens", "In at most", "summary_tokens", "64 to 32,000.", "tokens")}
          </Pair>
        )}
        <Choice
          label="Fields that a provider has no word for"
          value={draft.losses}
          options={lossPolicies}
          error={errorOf("losses")}
          onChange={(e) => set({ losses: e.currentTarget.value })}
        />
        {number(
          "defaultOutputTokens",
          "Output where the caller names no bound",
          "default_output_tokens",
          "Under a budget it is held, and capped at this.",
          "tokens",
        )}
      </Group>
      <Group title="Rules">
        <Check
          label="Let models without a price through a money budget"
          help="Their cost is then not known: the budget cannot stop them."
          checked={draft.allowUnpriced}
          onChange={(allowUnpriced) => set({ allowUnpriced })}
        />
        <Check
          label="Keep prompts and answers"
          help="Encrypted and apart from the records, for as long as the settings say."
          checked={draft.keepContents}
          onChange={(keepContents) => set({ keepContents })}
        />
        <Check
          label="Only where nothing is trained on what is sent"
          checked={draft.noTraining}
          onChange={(noTraining) => set({ noTraining })}
        />
        <Pair>
          <Field
            label="Only where data stays in"
            placeholder="anywhere"
            className="mono"
            help="Regions, as eu or eu-west-1."
            value={draft.residency}
            error={errorOf("demands.residency")}
            onChange={(e) => set({ residency: e.currentTarget.value })}
          />
          {number(
            "maxRetentionDays",
            "Only where it is kept at most",
            "demands.max_retention_days",
            "Nothing: any time.",
            "days",
          )}
        </Pair>
        <Check
          label="Switched off"
          help="Callers of this name get an error."
          checked={draft.disabled}
          onChange={(disabled) => set({ disabled })}
        />
      </Group>
    </Fields>
  );
}

function helpOf(strategy: string): { help?: string } {
  const says = strategies.find((s) => s.value === strategy)?.says;
  return says === undefined ? {} : { help: says };
}
