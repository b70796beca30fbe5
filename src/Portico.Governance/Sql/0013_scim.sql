-- What an identity provider says of people and groups over SCIM. A user is a person; the resource is kept as it was sent, without a password.
create table governance_scim_tokens (
  id text primary key,
  organisation_id text not null references governance_organisations (id),
  name text not null,
  prefix text not null,
  secret_hash text not null unique,
  created_us bigint not null
);

create table governance_scim_users (
  person_id text primary key references governance_people (id) on delete cascade,
  organisation_id text not null references governance_organisations (id),
  user_name text not null,
  external_id text,
  resource text not null,
  version bigint not null,
  created_us bigint not null,
  updated_us bigint not null,
  unique (organisation_id, user_name)
);

create index governance_scim_users_by_external on governance_scim_users (organisation_id, external_id);

create table governance_scim_groups (
  id text primary key,
  organisation_id text not null references governance_organisations (id),
  name text not null,
  external_id text,
  version bigint not null,
  created_us bigint not null,
  updated_us bigint not null,
  unique (organisation_id, name)
);

create table governance_scim_members (
  group_id text not null references governance_scim_groups (id) on delete cascade,
  person_id text not null references governance_scim_users (person_id) on delete cascade,
  primary key (group_id, person_id)
);

create index governance_scim_members_by_person on governance_scim_members (person_id);
