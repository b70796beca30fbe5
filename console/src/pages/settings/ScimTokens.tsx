import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, get } from "../../api/client";
import { organisationsQuery } from "../../api/lists";
import { Button } from "../../design/Button";
import { Choice } from "../../design/Choice";
import { Confirm, Dialog } from "../../design/Dialog";
import { Field } from "../../design/Field";
import { time } from "../../design/format";
import { fieldError, ProblemNotice } from "../../design/Notice";
import { Secret } from "../../design/Secret";
import { useZone } from "../../design/zone";
import { scimTokensQuery } from "./queries";
import classes from "./SettingsPage.module.css";
import type { ScimToken } from "./settings";

/** What directories keep people and groups with. */
export function ScimTokens({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const [zone] = useZone();
  const tokens = useQuery(scimTokensQuery);
  const organisations = useQuery(organisationsQuery);
  const [organisation, setOrganisation] = useState("");
  const [name, setName] = useState("");
  const [ending, setEnding] = useState<ScimToken>();
  const chosen = organisation || organisations.data?.[0]?.id || "";
  const renew = () => queries.invalidateQueries({ queryKey: scimTokensQuery.queryKey });
  const make = useMutation({
    mutationFn: () => get(api.POST("/api/scim-tokens", { body: { organisation_id: chosen, name } })),
    onSuccess: renew,
  });
  const revoke = useMutation({
    mutationFn: (id: string) => get(api.POST("/api/scim-tokens/{id}/revoke", { params: { path: { id } } })),
    onSuccess: async () => {
      setEnding(undefined);
      await renew();
    },
  });
  if (make.data !== undefined)
    return (
      <Dialog
        wide
        title={`SCIM token ${make.data.token.name}`}
        onClose={onClose}
        onSend={onClose}
        actions={
          <Button kind="main" type="submit">
            I have it
          </Button>
        }
      >
        <p className="muted">
          This is its secret. It is shown this once and kept nowhere: enter it at the directory, with this address.
        </p>
        <Secret text={`${location.origin}/scim/v2`} label="address" />
        <Secret text={make.data.secret} label="secret" />
      </Dialog>
    );
  if (ending !== undefined)
    return (
      <Confirm
        title={`Revoke SCIM token ${ending.name}?`}
        effect="The directory that has it keeps no people here from the next request on. Who is here stays as they are. This cannot be undone."
        act="Revoke token"
        keep="Keep token"
        busy={revoke.isPending}
        problem={revoke.error}
        onAct={() => revoke.mutate(ending.id)}
        onClose={() => setEnding(undefined)}
      />
    );
  return (
    <Dialog
      title="SCIM tokens"
      onClose={onClose}
      onSend={() => make.mutate()}
      actions={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button kind="main" type="submit" busy={make.isPending}>
            Make a token
          </Button>
        </>
      }
    >
      <p className="muted">
        With one of these a directory keeps people and groups of an organisation: whoever is made inactive there is out of here at
        once.
      </p>
      {(tokens.data ?? []).map((token) => (
        <div key={token.id} className={classes.bar}>
          <p className="cut">
            {token.name} <span className="mono muted">{token.prefix}…</span>{" "}
            <span className="muted">made {time(token.created_at, new Date(), zone)}</span>
          </p>
          <Button onClick={() => setEnding(token)}>Revoke</Button>
        </div>
      ))}
      {tokens.data?.length === 0 && <p className="muted">There is none yet.</p>}
      {(organisations.data?.length ?? 0) > 1 && (
        <Choice
          label="Organisation"
          options={(organisations.data ?? []).map((o) => ({ value: o.id, label: o.name }))}
          value={chosen}
          error={fieldError(make.error, "organisation_id")}
          onChange={(e) => setOrganisation(e.currentTarget.value)}
        />
      )}
      <Field
        label="Name"
        help="Which directory it is for."
        value={name}
        error={fieldError(make.error, "name")}
        onChange={(e) => setName(e.currentTarget.value)}
      />
      <ProblemNotice problem={make.error ?? tokens.error} fields={["name", "organisation_id"]} />
    </Dialog>
  );
}
