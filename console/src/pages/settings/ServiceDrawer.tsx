import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, get, tagOf } from "../../api/client";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import { Confirm } from "../../design/Dialog";
import { Drawer, Facts } from "../../design/Drawer";
import { Notice, ProblemNotice } from "../../design/Notice";
import { servicesQuery } from "./queries";
import { ServiceForm } from "./ServiceForm";
import classes from "./SettingsPage.module.css";
import type { Service } from "./services";
import { TokenCheck } from "./TokenCheck";
import type { OpensName } from "./useOpens";

/** One service: which tokens are taken, what they open, and whether a token would be. */
export function ServiceDrawer({ of: service, opens, onClose }: { of: Service; opens: OpensName; onClose: () => void }) {
  const queries = useQueryClient();
  const may = useMay();
  const [asked, setAsked] = useState<"change" | "off" | "remove">();
  const params = { path: { id: service.id }, header: { "If-Match": tagOf(service.version) } };
  const renew = () => queries.invalidateQueries({ queryKey: servicesQuery.queryKey });
  const turn = useMutation({
    mutationFn: (enabled: boolean) => get(api.PATCH("/api/workloads/{id}", { params, body: { enabled } })),
    onSuccess: async () => {
      setAsked(undefined);
      await renew();
    },
  });
  const remove = useMutation({
    mutationFn: () => get(api.DELETE("/api/workloads/{id}", { params })),
    onSuccess: async () => {
      onClose();
      await renew();
    },
  });
  // Whoever says which service an admin token is, gives that service what the token may do.
  const mayChange = may("keys.write") && (service.admin_token_id === null || may("access.write"));
  return (
    <Drawer
      state={service.enabled ? "good" : "idle"}
      title={service.name}
      id={service.id}
      note={service.enabled ? "On" : "Off"}
      onClose={onClose}
    >
      <Facts
        facts={[
          ["Opens", opens(service)],
          ["Where", service.key_id === null ? "the management API, /api" : "models, /v1"],
          ["Issuer", service.issuer],
          ["Audience", service.audience],
          ["Subject", service.subject],
          ["Special addresses", service.allow_special_addresses ? "are taken" : "are refused"],
        ]}
      />
      {service.claims.length > 0 && (
        <>
          <h3>Claims that a token has</h3>
          <Facts facts={service.claims.map((c) => [c.claim, c.value])} />
        </>
      )}
      {mayChange ? (
        <div className={classes.actions}>
          <Button onClick={() => setAsked("change")}>Change</Button>
          {service.enabled ? (
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
          That needs the permission {may("keys.write") ? "access.write" : "keys.write"}. The tab Roles tells who has it.
        </Notice>
      )}
      <ProblemNotice problem={asked === undefined ? turn.error : null} />
      {may("keys.write") && <TokenCheck key={service.version} of={service} />}
      {asked === "change" && <ServiceForm of={service} onClose={() => setAsked(undefined)} />}
      {asked === "off" && (
        <Confirm
          title={`Switch off ${service.name}?`}
          effect="Its tokens open nothing from the next request on, on every node. What they opened stays, with its secret. It can be switched on again."
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
          title={`Remove ${service.name}?`}
          effect="Its tokens open nothing from the next request on, on every node. The key or admin token stays, with its secret and its records. This cannot be undone."
          act="Remove service"
          keep="Keep it"
          typed={{ label: "Type the name of the service", text: service.name }}
          busy={remove.isPending}
          problem={remove.error}
          onAct={() => remove.mutate()}
          onClose={() => setAsked(undefined)}
        />
      )}
    </Drawer>
  );
}
