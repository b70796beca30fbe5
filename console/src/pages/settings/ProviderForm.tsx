import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, get, tagOf } from "../../api/client";
import { organisationsQuery, rolesQuery } from "../../api/lists";
import { Button } from "../../design/Button";
import { Check } from "../../design/Check";
import { Choice } from "../../design/Choice";
import { CopyButton } from "../../design/CopyButton";
import { Dialog } from "../../design/Dialog";
import { Field } from "../../design/Field";
import { fieldError, ProblemNotice } from "../../design/Notice";
import { TextArea } from "../../design/TextArea";
import { providersQuery } from "./queries";
import { groupsOf, type Provider, textOfGroups, wordsOf } from "./settings";

const known = ["name", "issuer", "client_id", "client_secret", "group_roles", "groups_claim", "email_domains", "organisation_id"];

/** Adds an identity provider, or changes one. */
export function ProviderForm({ of: provider, onClose }: { of?: Provider; onClose: (made?: string) => void }) {
  const queries = useQueryClient();
  const organisations = useQuery(organisationsQuery);
  const roles = useQuery(rolesQuery);
  const [organisation, setOrganisation] = useState(provider?.organisation_id ?? "");
  const [name, setName] = useState(provider?.name ?? "");
  const [issuer, setIssuer] = useState(provider?.issuer ?? "");
  const [clientId, setClientId] = useState(provider?.client_id ?? "");
  const [secret, setSecret] = useState("");
  const [claim, setClaim] = useState(provider?.groups_claim ?? "groups");
  const [groups, setGroups] = useState(textOfGroups(provider?.group_roles ?? []));
  const [domains, setDomains] = useState(provider?.email_domains.join(", ") ?? "");
  const [makesPeople, setMakesPeople] = useState(provider?.makes_people ?? true);
  const [special, setSpecial] = useState(provider?.allow_special_addresses ?? false);
  const chosen = organisation || organisations.data?.[0]?.id || "";
  const mapping = groupsOf(groups);
  const save = useMutation({
    mutationFn: async () => {
      const body = {
        name,
        client_id: clientId,
        ...(secret === "" ? {} : { client_secret: secret }),
        groups_claim: claim,
        group_roles: mapping.groups,
        email_domains: wordsOf(domains),
        makes_people: makesPeople,
        allow_special_addresses: special,
      };
      if (provider === undefined)
        return (await get(api.POST("/api/identity-providers", { body: { organisation_id: chosen, issuer, ...body } }))).id;
      const params = { path: { id: provider.id }, header: { "If-Match": tagOf(provider.version) } };
      return (await get(api.PATCH("/api/identity-providers/{id}", { params, body }))).id;
    },
    onSuccess: async (id) => {
      await queries.invalidateQueries({ queryKey: providersQuery.queryKey });
      onClose(id);
    },
  });
  const error = (field: string) => fieldError(save.error, field);
  const back = `${location.origin}/console/sign-in`;
  return (
    <Dialog
      wide
      title={provider === undefined ? "Add an identity provider" : `Change ${provider.name}`}
      onClose={() => onClose()}
      onSend={() => save.mutate()}
      actions={
        <>
          <Button onClick={() => onClose()}>Cancel</Button>
          <Button
            kind="main"
            type="submit"
            busy={save.isPending}
            why={mapping.wrong.length > 0 ? `Line ${mapping.wrong[0]} of the groups is no group = role` : undefined}
          >
            {provider === undefined ? "Add the provider" : "Save the provider"}
          </Button>
        </>
      }
    >
      <p className="muted">
        At the provider, register Portico as a web application that it leads back to {back}.{" "}
        <CopyButton small text={() => back}>
          Copy address
        </CopyButton>
      </p>
      {provider === undefined && (organisations.data?.length ?? 0) > 1 && (
        <Choice
          label="Organisation"
          options={(organisations.data ?? []).map((o) => ({ value: o.id, label: o.name }))}
          value={chosen}
          error={error("organisation_id")}
          onChange={(e) => setOrganisation(e.currentTarget.value)}
        />
      )}
      <Field
        label="Name"
        help="It stands on the button of the sign-in page."
        autoFocus
        value={name}
        error={error("name")}
        onChange={(e) => setName(e.currentTarget.value)}
      />
      {provider === undefined && (
        <Field
          label="Issuer"
          className="mono"
          spellCheck={false}
          placeholder="https://login.example.com"
          help="The rest is found from here. It cannot be changed later."
          value={issuer}
          error={error("issuer")}
          onChange={(e) => setIssuer(e.currentTarget.value)}
        />
      )}
      <Field
        label="Client id"
        className="mono"
        spellCheck={false}
        value={clientId}
        error={error("client_id")}
        onChange={(e) => setClientId(e.currentTarget.value)}
      />
      <Field
        label="Client secret"
        type="password"
        autoComplete="off"
        help={provider?.has_secret ? "Left empty, the one that is kept stays." : "It is sealed; nobody can read it here again."}
        value={secret}
        error={error("client_secret")}
        onChange={(e) => setSecret(e.currentTarget.value)}
      />
      <TextArea
        label="Roles by group"
        isCode
        rows={4}
        placeholder={"portico-admins = admin\nportico-analysts = analyst"}
        help={`A group a line, by name or id, and its role: ${(roles.data ?? []).map((r) => r.name).join(", ")}. * is everybody; behind an @ stands where it holds, as ws_…, else everywhere.`}
        value={groups}
        error={error("group_roles")}
        onChange={(e) => setGroups(e.currentTarget.value)}
      />
      <Field
        label="Claim of the groups"
        className="mono"
        spellCheck={false}
        value={claim}
        error={error("groups_claim")}
        onChange={(e) => setClaim(e.currentTarget.value)}
      />
      <Check
        label="New people come in"
        help="Else somebody who signs in for the first time needs an invitation, or SCIM."
        checked={makesPeople}
        onChange={setMakesPeople}
      />
      {makesPeople && (
        <Field
          label="Their e-mail domains"
          spellCheck={false}
          placeholder="example.com"
          help="Left empty, every e-mail that the provider says was verified."
          value={domains}
          error={error("email_domains")}
          onChange={(e) => setDomains(e.currentTarget.value)}
        />
      )}
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
