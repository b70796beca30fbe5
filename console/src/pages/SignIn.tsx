import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, get, type Schemas } from "../api/client";
import { useOpen, useProvider, waysQuery } from "../api/session";
import { Button } from "../design/Button";
import { Dialog } from "../design/Dialog";
import { Field } from "../design/Field";
import { fieldError, ProblemNotice } from "../design/Notice";
import { Sheet, SheetForm, SheetOr } from "../design/Sheet";

/** Whoever is not in: sets up a new Portico, else signs in. The address stays, so that one returns to where one was. */
export function SignIn() {
  const setup = useQuery({ queryKey: ["setup"], queryFn: ({ signal }) => get(api.GET("/api/setup", { signal })) });
  if (setup.data === undefined)
    return setup.error === null ? null : (
      <Sheet title="Portico does not answer">
        <ProblemNotice problem={setup.error} />
        <Button onClick={() => setup.refetch()} busy={setup.isFetching}>
          Try now
        </Button>
      </Sheet>
    );
  return setup.data.needed ? <SetUp /> : <WithPassword />;
}

function usePassword() {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const open = useOpen((body: Schemas["SignInBody"]) => get(api.POST("/api/session", { body })));
  return {
    send: () => open.mutate({ email, password }),
    busy: open.isPending,
    fields: (
      <>
        <Field
          label="E-mail"
          type="email"
          autoComplete="username"
          autoFocus
          value={email}
          onChange={(e) => setEmail(e.currentTarget.value)}
        />
        <Field
          label="Password"
          type="password"
          autoComplete="current-password"
          value={password}
          onChange={(e) => setPassword(e.currentTarget.value)}
        />
        <ProblemNotice problem={open.error} />
      </>
    ),
  };
}

/** A session ended while somebody was at work: all of it stays behind this. */
export function SignInOver({ name }: { name: string }) {
  const { send, busy, fields } = usePassword();
  // It is closed by signing in alone; a browser that closes it all the same finds it there anew.
  const [times, setTimes] = useState(0);
  return (
    <Dialog
      key={times}
      title="Sign in again"
      onClose={() => setTimes(times + 1)}
      onSend={send}
      actions={
        <Button kind="main" type="submit" busy={busy}>
          Sign in
        </Button>
      }
    >
      <p className="muted">The session of {name} ended. What is open on the page stays; another person finds nothing of it.</p>
      {fields}
    </Dialog>
  );
}

/** A button for each identity provider; nothing where there is none. One comes back to where one was. */
export function Providers({ invitation, act = "Continue with" }: { invitation?: string | undefined; act?: string }) {
  const ways = useQuery(waysQuery);
  const begin = useProvider();
  if (ways.data === undefined || ways.data.length === 0) return null;
  const here = location.pathname + location.search;
  return (
    <SheetForm onSend={() => undefined}>
      {ways.data.map((way) => (
        <Button
          key={way.id}
          busy={begin.isPending && begin.variables.id === way.id}
          onClick={() => begin.mutate({ id: way.id, ...(invitation === undefined ? { return_to: here } : { invitation }) })}
        >
          {act} {way.name}
        </Button>
      ))}
      <ProblemNotice problem={begin.error} />
      <SheetOr />
    </SheetForm>
  );
}

function WithPassword() {
  const { send, busy, fields } = usePassword();
  return (
    <Sheet title="Sign in to Portico">
      <Providers />
      <SheetForm onSend={send}>
        {fields}
        <Button kind="main" type="submit" busy={busy}>
          Sign in
        </Button>
        <p className="muted">Forgotten? Whoever administers Portico gives you an invitation, by which you set a new password.</p>
      </SheetForm>
    </Sheet>
  );
}

/** The token may stand behind the #, where the link that the first start prints has it: that part is never sent to a server. */
function tokenOfAddress(): string {
  return /^#setup=(pa_live_\w+)$/.exec(location.hash)?.[1] ?? "";
}

function SetUp() {
  const [token, setToken] = useState(tokenOfAddress);
  const [wasGiven] = useState(() => tokenOfAddress() !== "");
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const open = useOpen(async (body: Schemas["SetupBody"]) => {
    const session = await get(api.POST("/api/setup", { body }));
    // A secret has no business in the address any longer.
    history.replaceState(null, "", location.pathname + location.search);
    return session;
  });
  const error = (field: string) => fieldError(open.error, field);
  return (
    <Sheet title="Set up Portico" intro="This makes the first account, an owner. Everybody else is invited from inside.">
      <SheetForm onSend={() => open.mutate({ admin_token: token, name, email, password })}>
        <Field
          label="Admin token"
          autoComplete="off"
          spellCheck={false}
          className="mono"
          placeholder="pa_live_…"
          help={
            wasGiven
              ? "Taken from the link that the first start printed."
              : "The first start printed it; it is also in admin.token in the data directory. It shows that this is your machine."
          }
          value={token}
          onChange={(e) => setToken(e.currentTarget.value)}
        />
        <Field
          label="Your name"
          autoComplete="name"
          autoFocus
          value={name}
          error={error("name")}
          onChange={(e) => setName(e.currentTarget.value)}
        />
        <Field
          label="E-mail"
          type="email"
          autoComplete="username"
          value={email}
          error={error("email")}
          onChange={(e) => setEmail(e.currentTarget.value)}
        />
        <Field
          label="Password"
          type="password"
          autoComplete="new-password"
          value={password}
          help="12 characters or more. A few words with blanks between them make a good one."
          error={error("password")}
          onChange={(e) => setPassword(e.currentTarget.value)}
        />
        <ProblemNotice problem={open.error} fields={["name", "email", "password"]} />
        <Button kind="main" type="submit" busy={open.isPending}>
          Make the account
        </Button>
      </SheetForm>
    </Sheet>
  );
}
