import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useChanged } from "../../api/changes";
import { api, get } from "../../api/client";
import { Button } from "../../design/Button";
import { Choice } from "../../design/Choice";
import { Confirm } from "../../design/Dialog";
import { ago } from "../../design/format";
import { ProblemNotice } from "../../design/Notice";
import { EditKey } from "./EditKey";
import classes from "./KeysPage.module.css";
import type { Key } from "./keys";
import { SecretShown } from "./SecretShown";

type Ask = "edit" | "rotate" | "disable" | "revoke";

const overlaps = [
  { value: "0", label: "Not at all: it is refused at once" },
  { value: "3600", label: "For an hour" },
  { value: "86400", label: "For a day" },
  { value: "604800", label: "For a week" },
];

/** What can be done with a key; each says what it does before it is done. */
export function KeyActions({ of: key }: { of: Key }) {
  const changed = useChanged();
  const [asked, setAsked] = useState<Ask>();
  const [overlap, setOverlap] = useState("86400");
  const path = { params: { path: { id: key.id } } };
  const done = () => setAsked(undefined);
  const after = {
    onSuccess: () => {
      done();
      return changed("keys");
    },
  };
  const disable = useMutation({ mutationFn: () => get(api.POST("/api/keys/{id}/disable", path)), ...after });
  const enable = useMutation({ mutationFn: () => get(api.POST("/api/keys/{id}/enable", path)), ...after });
  const revoke = useMutation({ mutationFn: () => get(api.POST("/api/keys/{id}/revoke", path)), ...after });
  const rotate = useMutation({
    mutationFn: () => get(api.POST("/api/keys/{id}/rotate", { ...path, body: { overlap_seconds: Number(overlap) } })),
    ...after,
  });
  if (key.state === "revoked") return null;
  const used = key.last_used_at === null ? "It was never used." : `It was last used ${ago(key.last_used_at, new Date())}.`;
  return (
    <>
      <div className={classes.actions}>
        <Button onClick={() => setAsked("rotate")}>Rotate</Button>
        <Button onClick={() => setAsked("edit")}>Edit</Button>
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
      {asked === "edit" && <EditKey of={key} onClose={done} />}
      {asked === "rotate" && (
        <Confirm
          title={`Rotate key ${key.name}?`}
          effect={
            <>
              <p>It gets a new secret, shown once. {used}</p>
              <Choice
                label="The present secret works on"
                help="Long enough to move every application."
                options={overlaps}
                value={overlap}
                onChange={(e) => setOverlap(e.currentTarget.value)}
              />
            </>
          }
          act="Rotate key"
          keep="Keep secret"
          busy={rotate.isPending}
          problem={rotate.error}
          onAct={() => rotate.mutate()}
          onClose={done}
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
          onClose={done}
        />
      )}
      {asked === "revoke" && (
        <Confirm
          title={`Revoke key ${key.name}?`}
          effect={`Every node refuses it within 2 seconds. ${used} This cannot be undone; its records stay.`}
          act="Revoke key"
          keep="Keep key"
          typed={{ label: "Type the name of the key", text: key.name }}
          busy={revoke.isPending}
          problem={revoke.error}
          onAct={() => revoke.mutate()}
          onClose={done}
        />
      )}
      {rotate.data !== undefined && (
        <SecretShown title={`New secret of ${key.name}`} secret={rotate.data.secret ?? ""} onClose={() => rotate.reset()} />
      )}
    </>
  );
}
