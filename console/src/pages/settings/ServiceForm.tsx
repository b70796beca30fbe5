import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, get, tagOf } from "../../api/client";
import { keysQuery } from "../../api/lists";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import { Check } from "../../design/Check";
import { Choice } from "../../design/Choice";
import { Dialog } from "../../design/Dialog";
import { Field } from "../../design/Field";
import { fieldError, ProblemNotice } from "../../design/Notice";
import { TextArea } from "../../design/TextArea";
import { servicesQuery, tokensQuery } from "./queries";
import { claimsOf, type Service, textOfClaims } from "./services";

const known = ["name", "issuer", "audience", "subject", "claims", "key_id", "admin_token_id"];

/** Adds a service whose tokens are taken, or changes which. */
export function ServiceForm({ of: service, onClose }: { of?: Service; onClose: (made?: string) => void }) {
  const queries = useQueryClient();
  const may = useMay();
  const keys = useQuery(keysQuery);
  const tokens = useQuery({ ...tokensQuery, enabled: may("access.read") });
  const [opened, setOpened] = useState("");
  const [name, setName] = useState(service?.name ?? "");
  const [issuer, setIssuer] = useState(service?.issuer ?? "");
  const [audience, setAudience] = useState(service?.audience ?? "");
  const [subject, setSubject] = useState(service?.subject ?? "");
  const [text, setText] = useState(textOfClaims(service?.claims ?? []));
  const [special, setSpecial] = useState(service?.allow_special_addresses ?? false);
  const { claims, wrong } = claimsOf(text);
  const options = [
    ...(keys.data ?? [])
      .filter((k) => k.state !== "revoked")
      .map((k) => ({ value: k.id, label: k.name, group: "Keys, for /v1" })),
    ...(may("access.write") ? (tokens.data ?? []) : [])
      .filter((t) => !t.revoked)
      .map((t) => ({ value: t.id, label: t.name, group: "Admin tokens, for /api" })),
  ];
  const chosen = opened || options[0]?.value || "";
  const save = useMutation({
    mutationFn: async () => {
      const body = { name, issuer, audience, subject, claims, allow_special_addresses: special };
      if (service === undefined) {
        const what = chosen.startsWith("key_") ? { key_id: chosen } : { admin_token_id: chosen };
        return (await get(api.POST("/api/workloads", { body: { ...body, ...what } }))).id;
      }
      const params = { path: { id: service.id }, header: { "If-Match": tagOf(service.version) } };
      return (await get(api.PATCH("/api/workloads/{id}", { params, body }))).id;
    },
    onSuccess: async (id) => {
      await queries.invalidateQueries({ queryKey: servicesQuery.queryKey });
      onClose(id);
    },
  });
  const error = (field: string) => fieldError(save.error, field);
  return (
    <Dialog
      wide
      title={service === undefined ? "Add a service" : `Change ${service.name}`}
      onClose={() => onClose()}
      onSend={() => save.mutate()}
      actions={
        <>
          <Button onClick={() => onClose()}>Cancel</Button>
          <Button
            kind="main"
            type="submit"
            busy={save.isPending}
            why={
              wrong.length > 0
                ? `Line ${wrong[0]} of the claims is no claim = value`
                : service === undefined && chosen === ""
                  ? "There is no key to open: make one first"
                  : undefined
            }
          >
            {service === undefined ? "Add the service" : "Save the service"}
          </Button>
        </>
      }
    >
      <Field
        label="Name"
        help="Which service it is, as letters-pipeline."
        autoFocus
        value={name}
        error={error("name")}
        onChange={(e) => setName(e.currentTarget.value)}
      />
      {service === undefined && (
        <Choice
          label="Its tokens open"
          options={options}
          value={chosen}
          help="What that may do, the service may. It cannot be changed later."
          error={error("key_id") ?? error("admin_token_id")}
          onChange={(e) => setOpened(e.currentTarget.value)}
        />
      )}
      <Field
        label="Issuer"
        className="mono"
        spellCheck={false}
        placeholder="https://token.actions.githubusercontent.com"
        help="Exactly the iss of its tokens; the keys are found from here."
        value={issuer}
        error={error("issuer")}
        onChange={(e) => setIssuer(e.currentTarget.value)}
      />
      <Field
        label="Audience"
        className="mono"
        spellCheck={false}
        placeholder="portico"
        help="The aud that its tokens name, alone or among others."
        value={audience}
        error={error("audience")}
        onChange={(e) => setAudience(e.currentTarget.value)}
      />
      <Field
        label="Subject"
        className="mono"
        spellCheck={false}
        placeholder="repo:example/letters:*"
        help="The sub of its tokens. A * at the end stands for any ending."
        value={subject}
        error={error("subject")}
        onChange={(e) => setSubject(e.currentTarget.value)}
      />
      <TextArea
        label="Claims"
        isCode
        rows={3}
        placeholder="ref = refs/heads/main"
        help="What a token must say besides, a claim a line; dots lead into objects."
        value={text}
        error={error("claims")}
        onChange={(e) => setText(e.currentTarget.value)}
      />
      <Check
        label="Special addresses"
        help="Plain http on this machine and addresses that are refused otherwise. For tests and demos."
        checked={special}
        onChange={setSpecial}
      />
      <ProblemNotice problem={save.error} fields={known} />
    </Dialog>
  );
}
