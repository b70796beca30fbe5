import type { Schemas } from "../../api/client";
import type { Connection, Credential, Family, Service } from "./models";

/** What is typed into the form of a connection; the credential's fields are kept apart, since they are never shown again. */
export type Draft = {
  name: string;
  family: string;
  /** The label of the service, unique in its family. */
  service: string;
  preset: string;
  baseUrl: string;
  /** The name of the form of credential; "" = the one that is kept. */
  credential: string;
  fields: Record<string, string>;
  region: string;
  trains: "" | "yes" | "no";
  retentionDays: string;
  responses: boolean;
  providerBatches: boolean;
  special: boolean;
  connectMs: string;
  firstByteMs: string;
  idleMs: string;
  headers: string;
};

export const newDraft: Draft = {
  name: "",
  family: "",
  service: "",
  preset: "",
  baseUrl: "",
  credential: "",
  fields: {},
  region: "",
  trains: "",
  retentionDays: "",
  responses: false,
  providerBatches: false,
  special: false,
  connectMs: "5000",
  firstByteMs: "120000",
  idleMs: "60000",
  headers: "",
};

/** Another service: what was typed for the one before does not fit it. */
export function chosen(draft: Draft, family: Family, service: Service): Draft {
  const [first = ""] = service.credentials;
  return {
    ...draft,
    family: family.family,
    service: service.label,
    preset: service.preset ?? "",
    baseUrl: service.base_url ?? "",
    credential: first,
    fields: {},
    name: draft.name === "" || draft.name === usualName(draft.service) ? usualName(service.label) : draft.name,
  };
}

/** Groq → groq; a name has no spaces. */
export function usualName(label: string): string {
  return label
    .toLowerCase()
    .replace(/\(.*\)/, "")
    .trim()
    .replace(/[^a-z0-9.]+/g, "-")
    .replace(/^-|-$/g, "");
}

/** The one text of a credential, as its form makes it; undefined where the kept one stays. */
export function textOf(form: Credential | undefined, fields: Readonly<Record<string, string>>): string | undefined {
  if (form === undefined) return undefined;
  if (form.shape === "none") return "";
  if (form.shape === "text") return (fields[form.fields[0]?.name ?? ""] ?? "").trim();
  const given = form.fields.map((f) => [f.name, (fields[f.name] ?? "").trim()] as const).filter(([, value]) => value !== "");
  return JSON.stringify({ ...form.members, ...Object.fromEntries(given) });
}

/** Fields of the credential that must be given and are not. */
export function missing(form: Credential | undefined, fields: Readonly<Record<string, string>>): string[] {
  return form === undefined
    ? []
    : form.fields.filter((f) => !f.optional && (fields[f.name] ?? "").trim() === "").map((f) => f.name);
}

const whole = (text: string) => (/^\d+$/.test(text.trim()) ? Number(text.trim()) : undefined);

/** Lines of "name: value". */
export function headersOf(text: string): Record<string, string> {
  return Object.fromEntries(
    text
      .split("\n")
      .map((line) => line.split(/:(.*)/s).map((part) => part.trim()))
      .filter(([name]) => name !== undefined && name !== "")
      .map(([name, value]) => [name ?? "", value ?? ""]),
  );
}

export function headersText(headers: Readonly<Record<string, string>>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join("\n");
}

/** The body of a connection that is made or tried. What the API cannot take back by null is left out. */
export function bodyOf(draft: Draft, form: Credential | undefined): Schemas["ConnectionBody"] {
  const body: Schemas["ConnectionBody"] = {
    name: draft.name.trim(),
    family: draft.family,
    base_url: draft.baseUrl.trim(),
    headers: headersOf(draft.headers),
    region: draft.region.trim(),
    responses: draft.responses,
    provider_batches: draft.providerBatches,
    allow_special_addresses: draft.special,
  };
  const preset = form?.preset ?? draft.preset.trim();
  if (preset !== "") body.preset = preset;
  const credential = textOf(form, draft.fields);
  if (credential !== undefined && credential !== "") body.credential = credential;
  if (draft.trains !== "") body.trains_on_data = draft.trains === "yes";
  for (const [name, text] of [
    ["retention_days", draft.retentionDays],
    ["connect_ms", draft.connectMs],
    ["first_byte_ms", draft.firstByteMs],
    ["idle_ms", draft.idleMs],
  ] as const) {
    const value = whole(text);
    if (value !== undefined) body[name] = value;
  }
  return body;
}

/** The body of a change: what differs alone, and by its name what was emptied, since what is left out stays. */
export function changeOf(before: Draft, draft: Draft): Schemas["ConnectionBody"] {
  const [old, now] = [bodyOf(before, undefined), bodyOf(draft, undefined)] as Record<string, unknown>[];
  const given = Object.entries(now ?? {}).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(old?.[name]));
  const unset = ["preset", "trains_on_data", "retention_days"].filter(
    (name) => old?.[name] !== undefined && now?.[name] === undefined,
  );
  return { ...Object.fromEntries(given), ...(unset.length > 0 ? { unset } : {}) };
}

/** A saved connection as its form shows it. */
export function draftOf(connection: Connection, families: readonly Family[]): Draft {
  const family = families.find((f) => f.family === connection.family);
  const service =
    family?.services.find((s) => s.preset === connection.preset && (s.preset !== null || s.base_url === connection.base_url)) ??
    family?.services.find((s) =>
      connection.preset === null ? s.preset === null && s.preset_help === null : s.preset_help !== null,
    ) ??
    family?.services[0];
  return {
    ...newDraft,
    name: connection.name,
    family: connection.family,
    service: service?.label ?? "",
    preset: connection.preset ?? "",
    baseUrl: connection.base_url,
    region: connection.region ?? "",
    trains: connection.trains_on_data === null ? "" : connection.trains_on_data ? "yes" : "no",
    retentionDays: connection.retention_days === null ? "" : String(connection.retention_days),
    responses: connection.responses,
    providerBatches: connection.provider_batches,
    special: connection.allow_special_addresses,
    connectMs: String(connection.connect_ms),
    firstByteMs: String(connection.first_byte_ms),
    idleMs: String(connection.idle_ms),
    headers: headersText(connection.headers),
  };
}

/** Members of the body that a form of a connection shows an error at. */
export const formFields = [
  "name",
  "family",
  "base_url",
  "preset",
  "credential",
  "region",
  "retention_days",
  "responses",
  "provider_batches",
  "connect_ms",
  "first_byte_ms",
  "idle_ms",
  "headers",
] as const;
