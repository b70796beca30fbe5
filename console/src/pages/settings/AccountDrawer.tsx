import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, get, tagOf } from "../../api/client";
import { peopleQuery, rolesQuery } from "../../api/lists";
import { useMay, useMe } from "../../api/session";
import { Button } from "../../design/Button";
import { Confirm, Dialog } from "../../design/Dialog";
import { Drawer, Facts } from "../../design/Drawer";
import { fullTime, time } from "../../design/format";
import { fieldError, Notice, ProblemNotice } from "../../design/Notice";
import { useZone } from "../../design/zone";
import { GrantsField, useFirstSets, whyNotYet } from "./GrantsField";
import { above, grantsOf, sayGrants, setsOf } from "./grants";
import { InvitationShown } from "./InvitationShown";
import { accountsQuery } from "./queries";
import classes from "./SettingsPage.module.css";
import { type Account, stateOf } from "./settings";
import { usePlaces } from "./usePlaces";

/** One account: how its person stands, and what can be done with it. */
export function AccountDrawer({ of: account, onClose }: { of: Account; onClose: () => void }) {
  const may = useMay();
  const { data: me } = useMe();
  const roles = useQuery(rolesQuery);
  const [zone] = useZone();
  const now = new Date();
  const { state, word } = stateOf(account, now);
  const places = usePlaces();
  const more = above(account.grants, roles.data ?? [], me, places);
  const end = account.invitation_expires_at;
  return (
    <Drawer state={state} title={account.name} id={account.person_id} note={word} onClose={onClose}>
      <Facts
        facts={[
          ["E-mail", account.email],
          ["Roles", sayGrants(account.grants, places)],
          ["Last sign-in", account.signed_in_at == null ? "never" : time(account.signed_in_at, now, zone)],
          ["Invitation", end == null ? "none is open" : new Date(end) > now ? `until ${time(end, now, zone)}` : "ran out"],
        ]}
      />
      {!may("access.write") ? (
        <Notice state="refused" title="This account may look, not change.">
          That needs the permission access.write. An owner or admin has it.
        </Notice>
      ) : more.length > 0 ? (
        <Notice state="refused" title={`${account.name} may do more than you.`}>
          Nobody changes or stops who may do more: ask somebody with the role {more.join(", ")}.
        </Notice>
      ) : (
        <Actions of={account} onDone={onClose} />
      )}
      {account.person_id === me?.id && <p className="muted">This is you. Your name and password are in the tab My account.</p>}
      {end != null && !account.invited && (
        <p className="muted">A link by which the password can be set anew is open until {fullTime(end, zone)}.</p>
      )}
    </Drawer>
  );
}

type Ask = "roles" | "invite" | "disable" | "remove";

function Actions({ of: account, onDone }: { of: Account; onDone: () => void }) {
  const queries = useQueryClient();
  const may = useMay();
  const [asked, setAsked] = useState<Ask>();
  const close = () => setAsked(undefined);
  const refresh = () => queries.invalidateQueries({ queryKey: accountsQuery.queryKey });
  const id = account.person_id;
  const able = useMutation({
    mutationFn: (disabled: boolean) =>
      get(api.PATCH("/api/people/{id}", { params: { path: { id }, header: { "If-Match": "*" } }, body: { disabled } })),
    onSuccess: async () => {
      close();
      await queries.invalidateQueries({ queryKey: peopleQuery.queryKey });
      await refresh();
    },
  });
  const invite = useMutation({
    mutationFn: () => get(api.POST("/api/accounts/{id}/invite", { params: { path: { id } } })),
    onSuccess: async () => {
      close();
      await refresh();
    },
  });
  const remove = useMutation({
    mutationFn: () =>
      get(api.DELETE("/api/accounts/{id}", { params: { path: { id }, header: { "If-Match": tagOf(account.version) } } })),
    onSuccess: async () => {
      onDone();
      await refresh();
    },
  });
  const noDisable = may("organisation.write") ? undefined : "This needs organisation.write: ask an owner or admin";
  return (
    <>
      <div className={classes.actions}>
        <Button onClick={() => setAsked("roles")}>Change roles</Button>
        <Button onClick={() => setAsked("invite")}>{account.invited ? "New invitation" : "Reset password"}</Button>
        {account.disabled ? (
          <Button onClick={() => able.mutate(false)} busy={able.isPending} why={noDisable}>
            Enable
          </Button>
        ) : (
          <Button onClick={() => setAsked("disable")} why={noDisable}>
            Disable
          </Button>
        )}
        <Button kind="danger" onClick={() => setAsked("remove")}>
          Remove account
        </Button>
      </div>
      {asked === undefined && <ProblemNotice problem={able.error} />}
      {asked === "roles" && <ChangeRoles of={account} onClose={close} />}
      {asked === "invite" && (
        <Confirm
          title={account.invited ? `New invitation for ${account.name}?` : `Reset the password of ${account.name}?`}
          effect={
            account.invited
              ? "An earlier link is good no more. The new one is shown once."
              : "You get a link, shown once, by which they set a new password. The present one works until then; when the link is used, all their sessions end."
          }
          act="Make the link"
          keep="Leave it"
          busy={invite.isPending}
          problem={invite.error}
          onAct={() => invite.mutate()}
          onClose={close}
        />
      )}
      {asked === "disable" && (
        <Confirm
          title={`Disable ${account.name}?`}
          effect="Their sessions end at once, and service keys that are theirs are refused. Enabling lets them in again."
          act="Disable"
          keep="Keep as it is"
          busy={able.isPending}
          problem={able.error}
          onAct={() => able.mutate(true)}
          onClose={close}
        />
      )}
      {asked === "remove" && (
        <Confirm
          title={`Remove the account of ${account.name}?`}
          effect="They cannot sign in any more, and their sessions end. The person stays, since records name them; another invitation lets them in again."
          act="Remove account"
          keep="Keep account"
          busy={remove.isPending}
          problem={remove.error}
          onAct={() => remove.mutate()}
          onClose={close}
        />
      )}
      {invite.data !== undefined && <InvitationShown of={invite.data} onClose={() => invite.reset()} />}
    </>
  );
}

function ChangeRoles({ of: account, onClose }: { of: Account; onClose: () => void }) {
  const queries = useQueryClient();
  const { data: me } = useMe();
  const places = usePlaces();
  const first = useFirstSets();
  const [sets, setSets] = useState(() => {
    const given = setsOf(account.grants);
    return given.length === 0 ? first : given;
  });
  const others = account.grants.filter((g) => g.origin);
  const save = useMutation({
    mutationFn: () =>
      get(
        api.PATCH("/api/accounts/{id}", {
          params: { path: { id: account.person_id }, header: { "If-Match": tagOf(account.version) } },
          body: { grants: grantsOf(sets) },
        }),
      ),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries({ queryKey: accountsQuery.queryKey });
      if (account.person_id === me?.id) await queries.invalidateQueries({ queryKey: ["me"] });
    },
  });
  return (
    <Dialog
      title={`Roles of ${account.name}`}
      onClose={onClose}
      onSend={() => save.mutate()}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            kind="main"
            type="submit"
            busy={save.isPending}
            why={whyNotYet(sets) && "An account has at least one role; removing it takes the way in"}
          >
            Save the roles
          </Button>
        </>
      }
    >
      <p className="muted">They count from the next request on.</p>
      <GrantsField sets={sets} onChange={setSets} error={fieldError(save.error, "grants")} />
      {others.length > 0 && <p className="muted">Given elsewhere and changed there: {sayGrants(others, places)}.</p>}
      <ProblemNotice problem={save.error} fields={["grants"]} />
    </Dialog>
  );
}
