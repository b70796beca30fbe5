import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, get } from "../../api/client";
import { meQuery, useMay, useMe } from "../../api/session";
import { Button } from "../../design/Button";
import { Choice } from "../../design/Choice";
import { Field } from "../../design/Field";
import type { Zone } from "../../design/format";
import { fieldError, Notice, ProblemNotice } from "../../design/Notice";
import { Part } from "../../design/Part";
import { useZone } from "../../design/zone";
import { type Scheme, useScheme } from "../../shell/scheme";
import { MySessions } from "./MySessions";
import { accountsQuery } from "./queries";
import type { TabProps } from "./SettingsPage";
import classes from "./SettingsPage.module.css";

/** What is one's own: name, password, sessions, and how this browser shows things. */
export function MyAccountTab({ search, show }: TabProps) {
  const { data: me } = useMe();
  const may = useMay();
  if (me == null) return null;
  return (
    <div className={classes.sheet}>
      <Part
        title="You"
        says={`Your role${me.roles.length === 1 ? "" : "s"}: ${me.roles.join(", ")}.${may("access.write") ? "" : " Others are given by an owner or admin."}`}
      >
        <MyName name={me.name} />
      </Part>
      <Part title="Password" says="Your other sessions end when it changes.">
        <MyPassword />
      </Part>
      <Part title="Sessions" says="Browsers that are signed in as you.">
        <MySessions sorting={{ by: search.sort, onSort: (sort) => show({ sort }) }} />
      </Part>
      <Part title="This browser" says="Kept here alone, not in your account.">
        <Looks />
      </Part>
    </div>
  );
}

const send = (act: () => void) => (event: FormEvent) => {
  event.preventDefault();
  act();
};

function MyName({ name: present }: { name: string }) {
  const queries = useQueryClient();
  const [name, setName] = useState(present);
  const save = useMutation({
    mutationFn: () => get(api.PATCH("/api/me", { body: { name } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: meQuery.queryKey });
      await queries.invalidateQueries({ queryKey: accountsQuery.queryKey });
    },
  });
  return (
    <form className={classes.form} onSubmit={send(() => save.mutate())} noValidate>
      <Field
        label="Name"
        autoComplete="name"
        help="Decisions that you take carry it."
        value={name}
        error={fieldError(save.error, "name")}
        onChange={(e) => setName(e.currentTarget.value)}
      />
      <ProblemNotice problem={save.error} fields={["name"]} />
      <Button type="submit" busy={save.isPending} why={name === present ? "It is your name already" : undefined}>
        Save the name
      </Button>
    </form>
  );
}

function MyPassword() {
  const queries = useQueryClient();
  const [old, setOld] = useState("");
  const [password, setPassword] = useState("");
  const change = useMutation({
    mutationFn: () => get(api.POST("/api/session/password", { body: { old, password } })),
    onSuccess: async () => {
      setOld("");
      setPassword("");
      await queries.invalidateQueries({ queryKey: ["sessions"] });
    },
  });
  return (
    <form className={classes.form} onSubmit={send(() => change.mutate())} noValidate>
      <Field
        label="Present password"
        type="password"
        autoComplete="current-password"
        value={old}
        error={fieldError(change.error, "old")}
        onChange={(e) => setOld(e.currentTarget.value)}
      />
      <Field
        label="New password"
        type="password"
        autoComplete="new-password"
        help="12 characters or more. A few words with blanks between them make a good one."
        value={password}
        error={fieldError(change.error, "password")}
        onChange={(e) => setPassword(e.currentTarget.value)}
      />
      <ProblemNotice problem={change.error} fields={["old", "password"]} />
      {change.isSuccess && old === "" && password === "" && (
        <Notice state="good" title="The password is changed. Other sessions have ended." />
      )}
      <Button type="submit" busy={change.isPending} why={old === "" || password === "" ? "Fill in both first" : undefined}>
        Change the password
      </Button>
    </form>
  );
}

function Looks() {
  const [scheme, setScheme] = useScheme();
  const [zone, setZone] = useZone();
  return (
    <div className={classes.form}>
      <Choice
        label="Colours"
        options={[
          { value: "system", label: "As the system has it" },
          { value: "light", label: "Light" },
          { value: "dark", label: "Dark" },
        ]}
        value={scheme}
        onChange={(e) => setScheme(e.currentTarget.value as Scheme)}
      />
      <Choice
        label="Time zone"
        options={[
          { value: "local", label: `Mine: ${Intl.DateTimeFormat().resolvedOptions().timeZone}` },
          { value: "utc", label: "UTC" },
        ]}
        value={zone}
        onChange={(e) => setZone(e.currentTarget.value as Zone)}
      />
    </div>
  );
}
