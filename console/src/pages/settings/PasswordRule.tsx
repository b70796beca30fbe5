import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { api, get } from "../../api/client";
import { organisationsQuery } from "../../api/lists";
import { Button } from "../../design/Button";
import { Check } from "../../design/Check";
import { Choice } from "../../design/Choice";
import { Dialog } from "../../design/Dialog";
import { fieldError, Notice, ProblemNotice } from "../../design/Notice";
import { accountsQuery, passwordRuleQuery } from "./queries";

/** Whether passwords count beside the identity provider, for an organisation. */
export function PasswordRule({ onClose }: { onClose: () => void }) {
  const organisations = useQuery(organisationsQuery);
  const [organisation, setOrganisation] = useState("");
  const chosen = organisation || organisations.data?.[0]?.id || "";
  const rule = useQuery({ ...passwordRuleQuery(chosen), enabled: chosen !== "" });
  const choice = (organisations.data?.length ?? 0) > 1 && (
    <Choice
      label="Organisation"
      options={(organisations.data ?? []).map((o) => ({ value: o.id, label: o.name }))}
      value={chosen}
      onChange={(e) => setOrganisation(e.currentTarget.value)}
    />
  );
  if (rule.data === undefined)
    return (
      <Dialog title="Passwords" onClose={onClose} onSend={onClose} actions={<Button onClick={onClose}>Close</Button>}>
        {choice}
        <ProblemNotice problem={rule.error ?? organisations.error} />
      </Dialog>
    );
  return (
    <Asked
      key={chosen}
      organisation={chosen}
      only={rule.data.provider_only}
      breakGlass={rule.data.break_glass ?? ""}
      onClose={onClose}
    >
      {choice}
    </Asked>
  );
}

type Props = {
  organisation: string;
  only: boolean;
  breakGlass: string;
  onClose: () => void;
  children: ReactNode;
};

function Asked({ organisation, only: was, breakGlass: named, onClose, children }: Props) {
  const queries = useQueryClient();
  const accounts = useQuery(accountsQuery);
  const [only, setOnly] = useState(was);
  const [breakGlass, setBreakGlass] = useState(named);
  const owners = (accounts.data ?? []).filter((a) => !a.disabled && a.grants.some((g) => g.role === "owner" && g.place === null));
  const save = useMutation({
    mutationFn: () =>
      get(
        api.POST("/api/organisations/{id}/sign-in-rule", {
          params: { path: { id: organisation } },
          body: { provider_only: only, ...(only && breakGlass !== "" ? { break_glass: breakGlass } : {}) },
        }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: passwordRuleQuery(organisation).queryKey });
      onClose();
    },
  });
  return (
    <Dialog
      title="Passwords"
      onClose={onClose}
      onSend={() => save.mutate()}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="main" type="submit" busy={save.isPending}>
            Save
          </Button>
        </>
      }
    >
      {children}
      <Check
        label="Sign in by the identity provider alone"
        help="Passwords of people of this organisation count no more, while a provider of it is switched on."
        checked={only}
        onChange={setOnly}
      />
      {only && (
        <Choice
          label="Break-glass owner"
          options={[
            { value: "", label: "Nobody" },
            ...owners.map((a) => ({ value: a.person_id, label: `${a.name}, ${a.email}` })),
          ]}
          value={breakGlass}
          help="Whose password stays good, for the day on which the provider is away."
          error={fieldError(save.error, "break_glass")}
          onChange={(e) => setBreakGlass(e.currentTarget.value)}
        />
      )}
      {only && !was && (
        <Notice state="risk" title="Sessions that passwords opened end at once">
          Yours too, unless you came in by the provider or are the break-glass owner.
        </Notice>
      )}
      <ProblemNotice problem={save.error} fields={["break_glass"]} />
    </Dialog>
  );
}
