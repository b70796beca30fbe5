import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, get, type Schemas } from "../../api/client";
import { organisationsQuery, peopleQuery } from "../../api/lists";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import { Choice } from "../../design/Choice";
import { Combo } from "../../design/Combo";
import { Dialog } from "../../design/Dialog";
import { Field } from "../../design/Field";
import { fieldError, ProblemNotice } from "../../design/Notice";
import { GrantsField, useFirstSets, whyNotYet } from "./GrantsField";
import { grantsOf } from "./grants";
import { InvitationShown } from "./InvitationShown";
import { accountsQuery } from "./queries";

const somebodyNew = "";

/** Gives a person an account, whether Portico knows them or not, then shows the link this once. */
export function Invite({ onClose }: { onClose: (made?: string) => void }) {
  const queries = useQueryClient();
  const may = useMay();
  const organisations = useQuery(organisationsQuery);
  const people = useQuery(peopleQuery);
  const accounts = useQuery(accountsQuery);
  const [person, setPerson] = useState<string | undefined>(somebodyNew);
  const [organisation, setOrganisation] = useState("");
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const [sets, setSets] = useState(useFirstSets());
  const mayAdd = may("organisation.write");
  const withAccount = new Set(accounts.data?.map((a) => a.person_id));
  const without = (people.data ?? []).filter((p) => !withAccount.has(p.id) && !p.disabled);
  const isNew = mayAdd && (person === somebodyNew || person === undefined);
  const invite = useMutation({
    mutationFn: async (): Promise<Schemas["Invited"]> => {
      let id = person ?? "";
      if (isNew) {
        const added = await get(
          api.POST("/api/people", {
            body: { organisation_id: organisation || (organisations.data?.[0]?.id ?? ""), email, name },
          }),
        );
        id = added.id;
        // The person stays when the account is refused: the next try takes it.
        setPerson(id);
        await queries.invalidateQueries({ queryKey: peopleQuery.queryKey });
      }
      return get(api.POST("/api/accounts", { body: { person_id: id, grants: grantsOf(sets) } }));
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: accountsQuery.queryKey }),
  });
  if (invite.data !== undefined)
    return <InvitationShown of={invite.data} onClose={() => onClose(invite.data.account.person_id)} />;
  const error = (field: string) => fieldError(invite.error, field);
  return (
    <Dialog
      title="Invite"
      onClose={() => onClose()}
      onSend={() => invite.mutate()}
      actions={
        <>
          <Button onClick={() => onClose()}>Cancel</Button>
          <Button
            kind="main"
            type="submit"
            busy={invite.isPending}
            why={whyNotYet(sets) ?? (!isNew && !person ? "Choose a person first" : undefined)}
          >
            Make the invitation
          </Button>
        </>
      }
    >
      {(without.length > 0 || !mayAdd) && (
        <Combo
          label="Person"
          help={
            mayAdd ? "One that Portico knows, or somebody new." : "Adding people needs organisation.write: ask an owner or admin."
          }
          options={[
            ...(mayAdd ? [{ value: somebodyNew, label: "Somebody new" }] : []),
            ...without.map((p) => ({ value: p.id, label: p.name, note: p.email })),
          ]}
          value={person}
          error={error("person_id")}
          onChange={setPerson}
        />
      )}
      {isNew && (
        <>
          <Field
            label="E-mail"
            type="email"
            autoFocus
            autoComplete="off"
            help="With it they sign in."
            value={email}
            error={error("email")}
            onChange={(e) => setEmail(e.currentTarget.value)}
          />
          <Field
            label="Name"
            autoComplete="off"
            value={name}
            error={error("name")}
            onChange={(e) => setName(e.currentTarget.value)}
          />
          {(organisations.data?.length ?? 0) > 1 && (
            <Choice
              label="Organisation"
              options={(organisations.data ?? []).map((o) => ({ value: o.id, label: o.name }))}
              value={organisation || organisations.data?.[0]?.id}
              error={error("organisation_id")}
              onChange={(e) => setOrganisation(e.currentTarget.value)}
            />
          )}
        </>
      )}
      <GrantsField sets={sets} onChange={setSets} error={error("grants")} />
      <ProblemNotice problem={invite.error} fields={["person_id", "organisation_id", "email", "name", "grants"]} />
    </Dialog>
  );
}
