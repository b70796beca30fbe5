import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, get, type Schemas } from "../../api/client";
import { keysQuery, routesQuery } from "../../api/lists";
import { useMay } from "../../api/session";
import { Choice } from "../../design/Choice";
import { Combo } from "../../design/Combo";
import { Drawer, Section } from "../../design/Drawer";
import { Field } from "../../design/Field";
import { Fields, More, Pair } from "../../design/Form";
import { fieldError, Notice, ProblemNotice } from "../../design/Notice";
import { hubQuery } from "../models/models";
import { Explained } from "./Explained";
import { explainQuery } from "./explain";
import type { RouteSearch } from "./RoutesPage";
import { samplesOf } from "./samples";

const kinds = [
  { value: "chat", label: "Chat" },
  { value: "embeddings", label: "Embeddings" },
  { value: "rerank", label: "Rerank" },
  { value: "moderation", label: "Moderation" },
  { value: "speech", label: "Speech" },
  { value: "transcription", label: "Transcription" },
  { value: "translation", label: "Translation of audio" },
  { value: "image", label: "Image" },
  { value: "image_edit", label: "Edit of an image" },
];

const units: Record<string, string> = {
  rerank: "Searches",
  speech: "Characters",
  transcription: "Seconds of audio",
  translation: "Seconds of audio",
  image: "Images",
  image_edit: "Images",
};

/** The calls that went by a name lately. */
export function useSamples(name: string, most?: number) {
  const may = useMay();
  const keys = useQuery({ ...keysQuery, enabled: may("keys.read") });
  const calls = useQuery({
    queryKey: ["calls", "of", name],
    enabled: may("calls.read") && name !== "",
    staleTime: 30_000,
    queryFn: ({ signal }) => get(api.GET("/api/calls", { params: { query: { route: name, limit: 100 } }, signal })),
  });
  return {
    keys: keys.data,
    samples:
      keys.data === undefined || (calls.isPending && calls.isEnabled)
        ? undefined
        : samplesOf(calls.data?.items ?? [], keys.data, most),
  };
}

const number = (text: string | undefined) => (text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined);

/** What a call would meet, without making it: who calls which name, with how much. Calls no provider and holds nothing. */
export function ExplainDrawer({
  search,
  onChange,
  onClose,
}: {
  search: RouteSearch;
  onChange: (next: RouteSearch) => void;
  onClose: () => void;
}) {
  const name = search.explain ?? "";
  const may = useMay();
  const routes = useQuery(routesQuery).data ?? [];
  const hub = useQuery({ ...hubQuery, enabled: may("models.read") }).data ?? [];
  const { keys, samples } = useSamples(name);
  const [more, setMore] = useState({ person: "", address: "", session: "", service_tier: "", units: "1", image_class: "" });
  const first = samples?.[0];
  const keyId = search.as ?? first?.keyId ?? "";
  const input = number(search.in) ?? first?.input ?? 1000;
  const output = search.out === "" ? null : (number(search.out) ?? first?.output ?? 500);
  const kind = search.kind ?? first?.kind ?? "chat";
  const given: Partial<Schemas["ExplainBody"]> = {};
  for (const member of ["person", "address", "session", "service_tier", "image_class"] as const)
    if (more[member].trim() !== "") given[member] = more[member].trim();
  const amount = number(more.units);
  if (amount !== undefined) given.units = amount;
  const explained = useQuery({
    ...explainQuery({ id: "", label: "", keyId, input, output, kind }, name, undefined, given),
    enabled: keyId !== "" && name !== "",
    placeholderData: (before) => before,
  });
  const names = [...routes.map((r) => r.name), ...hub.map((m) => m.model)];
  const active = keys?.filter((k) => k.state !== "revoked") ?? [];
  return (
    <Drawer state="idle" title="Explain a call" id={name} note="no provider is called, nothing is held" onClose={onClose}>
      <Fields>
        <Pair>
          <Combo
            label="Name that is called"
            value={name}
            options={[
              ...(names.includes(name) || name === "" ? [] : [{ value: name, label: name }]),
              ...routes.map((r) => ({ value: r.name, label: r.name, note: "route" })),
              ...hub
                .filter((m) => !routes.some((r) => r.name === m.model))
                .map((m) => ({ value: m.model, label: m.model, note: "model" })),
            ]}
            onChange={(explain) => explain !== undefined && onChange({ explain })}
          />
          <Combo
            label="With the key"
            value={keyId}
            options={active.map((k) => ({ value: k.id, label: k.name, note: k.state === "active" ? undefined : k.state }))}
            error={fieldError(explained.error, "key_id")}
            onChange={(as) => as !== undefined && onChange({ as })}
          />
        </Pair>
        <Pair>
          <Field
            label="Input"
            unit="tokens"
            inputMode="numeric"
            value={search.in ?? String(input)}
            error={fieldError(explained.error, "input_tokens")}
            onChange={(e) => onChange({ in: e.currentTarget.value })}
          />
          <Field
            label="Output asked for"
            unit="tokens"
            inputMode="numeric"
            placeholder="no bound"
            value={search.out ?? (output === null ? "" : String(output))}
            onChange={(e) => onChange({ out: e.currentTarget.value })}
          />
        </Pair>
        <More title="Kind of call, person, address, session, class of service">
          <Pair>
            <Choice label="Kind" value={kind} options={kinds} onChange={(e) => onChange({ kind: e.currentTarget.value })} />
            {units[kind] === undefined ? (
              <Field
                label="Class of service"
                help="In the provider's word, as flex."
                value={more.service_tier}
                onChange={(e) => setMore({ ...more, service_tier: e.currentTarget.value })}
              />
            ) : (
              <Field
                label={units[kind] ?? "Units"}
                inputMode="numeric"
                value={more.units}
                error={fieldError(explained.error, "units")}
                onChange={(e) => setMore({ ...more, units: e.currentTarget.value })}
              />
            )}
          </Pair>
          {(kind === "image" || kind === "image_edit") && (
            <Field
              label="Quality and size"
              className="mono"
              placeholder="hd 1024x1792"
              value={more.image_class}
              onChange={(e) => setMore({ ...more, image_class: e.currentTarget.value })}
            />
          )}
          <Pair>
            <Field
              label="For the person"
              help="Id or e-mail, as x-portico-person names them."
              value={more.person}
              error={fieldError(explained.error, "person")}
              onChange={(e) => setMore({ ...more, person: e.currentTarget.value })}
            />
            <Field
              label="From the address"
              className="mono"
              placeholder="203.0.113.7"
              value={more.address}
              error={fieldError(explained.error, "address")}
              onChange={(e) => setMore({ ...more, address: e.currentTarget.value })}
            />
          </Pair>
          <Field
            label="Of the session"
            value={more.session}
            onChange={(e) => setMore({ ...more, session: e.currentTarget.value })}
          />
        </More>
      </Fields>
      <div style={{ height: 16 }} />
      <Section title="What it would meet" note={explained.isFetching ? "asking" : undefined}>
        <ProblemNotice problem={explained.error} fields={["key_id", "input_tokens", "units", "person", "address"]} />
        {explained.data !== undefined ? (
          <Explained e={explained.data} />
        ) : (
          keys !== undefined &&
          active.length === 0 && (
            <Notice state="idle" title="There is no key">
              A call is made with a key: make one first.
            </Notice>
          )
        )}
      </Section>
    </Drawer>
  );
}
