create table governance_organisations (
  id text primary key,
  name text not null unique,
  version bigint not null,
  created_us bigint not null,
  updated_us bigint not null
);

create table governance_workspaces (
  id text primary key,
  organisation_id text not null references governance_organisations (id),
  name text not null,
  version bigint not null,
  created_us bigint not null,
  updated_us bigint not null,
  unique (organisation_id, name)
);

create table governance_use_cases (
  id text primary key,
  workspace_id text not null references governance_workspaces (id),
  name text not null,
  purpose text,
  owner text,
  stage text not null,
  version bigint not null,
  created_us bigint not null,
  updated_us bigint not null,
  unique (workspace_id, name)
);

create table governance_people (
  id text primary key,
  organisation_id text not null references governance_organisations (id),
  email text not null,
  name text not null,
  disabled bigint not null,
  version bigint not null,
  created_us bigint not null,
  updated_us bigint not null,
  unique (organisation_id, email)
);

create table governance_keys (
  id text primary key,
  use_case_id text not null references governance_use_cases (id),
  person_id text references governance_people (id),
  name text not null,
  prefix text not null,
  secret_hash text not null,
  old_secret_hash text,
  old_secret_until_us bigint,
  state text not null,
  expires_us bigint,
  networks text not null,
  allowed_routes text not null,
  may_act_for_people bigint not null,
  keep_content bigint not null,
  last_used_us bigint,
  version bigint not null,
  created_us bigint not null,
  updated_us bigint not null
);

create unique index governance_keys_by_hash on governance_keys (secret_hash);

create table governance_admin_tokens (
  id text primary key,
  name text not null,
  prefix text not null,
  secret_hash text not null unique,
  revoked bigint not null,
  created_us bigint not null
);

create table governance_idempotency (
  key text primary key,
  request_hash text not null,
  status bigint not null,
  body text,
  etag text,
  created_us bigint not null
);
