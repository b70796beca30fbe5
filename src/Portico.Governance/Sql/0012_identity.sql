-- Where people of an organisation sign in. The issuer never changes: what is linked under it would mean somebody else.
create table governance_identity_providers (
  id text primary key,
  organisation_id text not null references governance_organisations (id),
  name text not null,
  issuer text not null,
  client_id text not null,
  client_secret text,
  scopes text not null,
  groups_claim text not null,
  group_roles text not null,
  email_domains text not null,
  makes_people bigint not null,
  enabled bigint not null,
  allow_special_addresses bigint not null,
  version bigint not null,
  created_us bigint not null,
  updated_us bigint not null,
  unique (organisation_id, name),
  unique (issuer, client_id)
);

-- A person is known by the subject of a provider, never by the e-mail. Tokens are sealed.
create table governance_identities (
  provider_id text not null references governance_identity_providers (id) on delete cascade,
  subject text not null,
  person_id text not null references governance_people (id) on delete cascade,
  member_of text not null,
  refresh_box text,
  access_box text,
  access_until_us bigint not null,
  checked_us bigint not null,
  tried_us bigint not null,
  created_us bigint not null,
  primary key (provider_id, subject)
);

create index governance_identities_by_person on governance_identities (person_id);

-- Sign-ins under way. The row goes before anything else is done with it: each is used once.
create table governance_sign_ins (
  state_hash text primary key,
  provider_id text not null references governance_identity_providers (id) on delete cascade,
  browser_hash text not null,
  nonce text not null,
  verifier_box text not null,
  redirect_uri text not null,
  return_to text,
  invitation_hash text,
  expires_us bigint not null
);

-- Tokens of services that open a key.
create table governance_workloads (
  id text primary key,
  name text not null,
  key_id text not null references governance_keys (id),
  issuer text not null,
  audience text not null,
  subject text not null,
  claims text not null,
  enabled bigint not null,
  allow_special_addresses bigint not null,
  version bigint not null,
  created_us bigint not null,
  updated_us bigint not null
);

alter table governance_sessions add column provider_id text;
alter table governance_sessions add column sid text;
-- Who disabled a person: null = somebody here, scim, or the id of the identity provider that refused to know them.
alter table governance_people add column disabled_by text;
