-- Who may sign in. The e-mail stands here too, because it is the name of one account in the whole store.
create table governance_accounts (
  person_id text primary key references governance_people (id),
  email text not null unique,
  password text,
  roles text not null,
  version bigint not null,
  created_us bigint not null,
  updated_us bigint not null
);

create table governance_invitations (
  code_hash text primary key,
  person_id text not null references governance_accounts (person_id) on delete cascade,
  expires_us bigint not null
);

create table governance_sessions (
  cookie_hash text primary key,
  person_id text not null references governance_accounts (person_id) on delete cascade,
  created_us bigint not null,
  seen_us bigint not null,
  expires_us bigint not null,
  address text,
  browser text
);

create index governance_sessions_by_person on governance_sessions (person_id);

-- What is counted is hashed: neither e-mails nor addresses of strangers are kept.
create table governance_sign_in_failures (
  subject text primary key,
  failures bigint not null,
  last_us bigint not null,
  closed_until_us bigint not null
);
