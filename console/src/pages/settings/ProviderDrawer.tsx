import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, get, tagOf } from "../../api/client";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import { Confirm } from "../../design/Dialog";
import { Drawer, Facts } from "../../design/Drawer";
import { Notice, ProblemNotice } from "../../design/Notice";
import type { State } from "../../design/Status";
import { ProviderForm } from "./ProviderForm";
import { providersQuery } from "./queries";
import classes from "./SettingsPage.module.css";
import type { Provider } from "./settings";

const states: Readonly<Record<string, State>> = { good: "good", warning: "risk", bad: "failed" };

/** One identity provider: how it is set up, whether it answers, and what can be done with it. */
export function ProviderDrawer({ of: provider, onClose }: { of: Provider; onClose: () => void }) {
  const queries = useQueryClient();
  const may = useMay();
  const [asked, setAsked] = useState<"change" | "off" | "remove">();
  const params = { path: { id: provider.id }, header: { "If-Match": tagOf(provider.version) } };
  const renew = () => queries.invalidateQueries({ queryKey: providersQuery.queryKey });
  const check = useMutation({
    mutationFn: () => get(api.POST("/api/identity-providers/{id}/check", { params: { path: { id: provider.id } } })),
  });
  const turn = useMutation({
    mutationFn: (enabled: boolean) => get(api.PATCH("/api/identity-providers/{id}", { params, body: { enabled } })),
    onSuccess: async () => {
      setAsked(undefined);
      await renew();
    },
  });
  const remove = useMutation({
    mutationFn: () => get(api.DELETE("/api/identity-providers/{id}", { params })),
    onSuccess: async () => {
      onClose();
      await renew();
    },
  });
  return (
    <Drawer
      state={provider.enabled ? "good" : "idle"}
      title={provider.name}
      id={provider.id}
      note={provider.enabled ? "On" : "Off"}
      onClose={onClose}
    >
      <Facts
        facts={[
          ["Issuer", provider.issuer],
          ["Client", provider.has_secret ? `${provider.client_id}, with a secret` : `${provider.client_id}, public`],
          ["Leads back to", `${location.origin}/console/sign-in`],
          ["Scopes", provider.scopes.join(" ")],
          ["Groups in", provider.groups_claim],
          [
            "New people",
            provider.makes_people
              ? provider.email_domains.length === 0
                ? "come in with a verified e-mail"
                : `come in from ${provider.email_domains.join(", ")}`
              : "need an invitation",
          ],
        ]}
      />
      {may("access.write") ? (
        <div className={classes.actions}>
          <Button onClick={() => check.mutate()} busy={check.isPending}>
            Test it
          </Button>
          <Button onClick={() => setAsked("change")}>Change</Button>
          {provider.enabled ? (
            <Button onClick={() => setAsked("off")}>Switch off</Button>
          ) : (
            <Button onClick={() => turn.mutate(true)} busy={turn.isPending}>
              Switch on
            </Button>
          )}
          <Button kind="danger" onClick={() => setAsked("remove")}>
            Remove
          </Button>
        </div>
      ) : (
        <Notice state="refused" title="This account may look, not change.">
          That needs the permission access.write. An owner or admin has it.
        </Notice>
      )}
      <ProblemNotice problem={check.error ?? (asked === undefined ? turn.error : null)} />
      {check.data !== undefined &&
        check.data.findings.map((f) => (
          <Notice
            key={f.what + f.detail}
            state={states[f.state] ?? "idle"}
            title={f.what.charAt(0).toUpperCase() + f.what.slice(1)}
          >
            {f.detail}
          </Notice>
        ))}
      {provider.group_roles.length > 0 && (
        <>
          <h3>Roles by group</h3>
          <Facts facts={provider.group_roles.map((g) => [g.group, g.place == null ? g.role : `${g.role} at ${g.place}`])} />
        </>
      )}
      {asked === "change" && <ProviderForm of={provider} onClose={() => setAsked(undefined)} />}
      {asked === "off" && (
        <Confirm
          title={`Switch off ${provider.name}?`}
          effect="Nobody signs in by it any more, and the sessions that were opened by it end at once. People, roles and keys stay. It can be switched on again."
          act="Switch off"
          keep="Leave it on"
          busy={turn.isPending}
          problem={turn.error}
          onAct={() => turn.mutate(false)}
          onClose={() => setAsked(undefined)}
        />
      )}
      {asked === "remove" && (
        <Confirm
          title={`Remove ${provider.name}?`}
          effect="Its sessions end, and nobody is linked to it any more: whoever comes in by another way needs an invitation. People and keys stay. This cannot be undone."
          act="Remove provider"
          keep="Keep it"
          typed={{ label: "Type the name of the provider", text: provider.name }}
          busy={remove.isPending}
          problem={remove.error}
          onAct={() => remove.mutate()}
          onClose={() => setAsked(undefined)}
        />
      )}
    </Drawer>
  );
}
