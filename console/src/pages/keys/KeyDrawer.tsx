import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, get } from "../../api/client";
import { keysQuery } from "../../api/lists";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import { Confirm } from "../../design/Dialog";
import { Drawer, Facts, Section } from "../../design/Drawer";
import { ago, fullTime, time } from "../../design/format";
import { ProblemNotice } from "../../design/Notice";
import classes from "./KeysPage.module.css";
import { type Key, stateOf } from "./keys";
import { SecretShown } from "./SecretShown";

type Ask = "rotate" | "disable" | "revoke";

/** One key: what it may, and what can be done with it. */
export function KeyDrawer({ of: key, useCase, onClose }: { of: Key; useCase: string | undefined; onClose: () => void }) {
  const may = useMay();
  const now = new Date();
  const { state, word } = stateOf(key, now);
  const list = (values: string[] | undefined, empty: string) => (values?.length ? values.join(", ") : empty);
  return (
    <Drawer state={state} title={key.name ?? ""} id={key.id ?? ""} note={word} onClose={onClose}>
      <Facts
        facts={[
          ["Use case", useCase ?? "–"],
          ["Prefix", `${key.prefix}…`],
          ["Expires", key.expires_at == null ? "never" : time(key.expires_at, now)],
          ["Last used", key.last_used_at == null ? "never" : ago(key.last_used_at, now)],
        ]}
      />
      {may("keys.write") && <Actions of={key} />}
      <Section title="What it may">
        <p>Calls {list(key.allowed_routes, "everything that its workspace may call")}.</p>
        <p>Works from {list(key.networks, "any address")}.</p>
        {key.may_act_for_people && <p>May name the person whose budgets apply too.</p>}
        {key.keep_content && <p>Prompts and answers of its calls are kept, encrypted.</p>}
        {key.old_secret_until != null && <p>The secret before works until {fullTime(key.old_secret_until)}.</p>}
      </Section>
      <p>
        <Link to="/calls" search={{ key: key.id }}>
          Calls of this key
        </Link>
      </p>
    </Drawer>
  );
}

function Actions({ of: key }: { of: Key }) {
  const queries = useQueryClient();
  const [asked, setAsked] = useState<Ask>();
  const path = { params: { path: { id: key.id ?? "" } } };
  const after = {
    onSuccess: () => {
      setAsked(undefined);
      return queries.invalidateQueries({ queryKey: keysQuery.queryKey });
    },
  };
  const disable = useMutation({ mutationFn: () => get(api.POST("/api/keys/{id}/disable", path)), ...after });
  const enable = useMutation({ mutationFn: () => get(api.POST("/api/keys/{id}/enable", path)), ...after });
  const revoke = useMutation({ mutationFn: () => get(api.POST("/api/keys/{id}/revoke", path)), ...after });
  const rotate = useMutation({
    mutationFn: () => get(api.POST("/api/keys/{id}/rotate", { ...path, body: { overlap_seconds: 86_400 } })),
    ...after,
  });
  if (key.state === "revoked") return null;
  const used = key.last_used_at == null ? "It was never used." : `It was last used ${ago(key.last_used_at, new Date())}.`;
  return (
    <>
      <div className={classes.actions}>
        <Button onClick={() => setAsked("rotate")}>Rotate</Button>
        {key.state === "disabled" ? (
          <Button onClick={() => enable.mutate()} busy={enable.isPending}>
            Enable
          </Button>
        ) : (
          <Button onClick={() => setAsked("disable")}>Disable</Button>
        )}
        <Button kind="danger" onClick={() => setAsked("revoke")}>
          Revoke
        </Button>
      </div>
      <ProblemNotice problem={enable.error} />
      {asked === "rotate" && (
        <Confirm
          title={`Rotate key ${key.name}?`}
          effect={`It gets a new secret, shown once. The present one works for another day, so that applications can be moved. ${used}`}
          act="Rotate key"
          keep="Keep secret"
          busy={rotate.isPending}
          problem={rotate.error}
          onAct={() => rotate.mutate()}
          onClose={() => setAsked(undefined)}
        />
      )}
      {asked === "disable" && (
        <Confirm
          title={`Disable key ${key.name}?`}
          effect={`Every node refuses it within 2 seconds, until it is enabled again. ${used}`}
          act="Disable key"
          keep="Keep key"
          busy={disable.isPending}
          problem={disable.error}
          onAct={() => disable.mutate()}
          onClose={() => setAsked(undefined)}
        />
      )}
      {asked === "revoke" && (
        <Confirm
          title={`Revoke key ${key.name}?`}
          effect={`Every node refuses it within 2 seconds. ${used} This cannot be undone; its records stay.`}
          act="Revoke key"
          keep="Keep key"
          typed={{ label: "Type the name of the key", text: key.name ?? "" }}
          busy={revoke.isPending}
          problem={revoke.error}
          onAct={() => revoke.mutate()}
          onClose={() => setAsked(undefined)}
        />
      )}
      {rotate.data !== undefined && (
        <SecretShown title={`New secret of ${key.name}`} secret={rotate.data.secret ?? ""} onClose={() => rotate.reset()} />
      )}
    </>
  );
}
