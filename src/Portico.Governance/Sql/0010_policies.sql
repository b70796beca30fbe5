-- Who decides in an organisation: what the lines of its policies are where they do not say.
alter table governance_organisations add column operating_model text not null default 'Federated';

-- Policies: every text of a level that was ever in force, the highest version counts. Level: id of an organisation, a workspace or a use case.
create table governance_policies (
  level_id text not null,
  version bigint not null,
  document text not null,
  actor text not null,
  note text,
  at_us bigint not null,
  primary key (level_id, version)
);

-- Texts that are not in force and are asked at every call.
create table governance_policy_drafts (
  level_id text primary key,
  version bigint not null,
  document text not null,
  actor text not null,
  at_us bigint not null
);
