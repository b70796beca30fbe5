-- A workload opens a key, or an admin token whose grants decide. The table is made anew: SQLite takes no "not null" away.
create table governance_workloads_anew (
  id text primary key,
  name text not null,
  key_id text references governance_keys (id),
  admin_token_id text references governance_admin_tokens (id),
  issuer text not null,
  audience text not null,
  subject text not null,
  claims text not null,
  enabled bigint not null,
  allow_special_addresses bigint not null,
  version bigint not null,
  created_us bigint not null,
  updated_us bigint not null,
  check ((key_id is null) <> (admin_token_id is null))
);

insert into governance_workloads_anew (id, name, key_id, admin_token_id, issuer, audience, subject, claims, enabled, allow_special_addresses, version,
  created_us, updated_us)
select id, name, key_id, null, issuer, audience, subject, claims, enabled, allow_special_addresses, version, created_us, updated_us
from governance_workloads;

drop table governance_workloads;

alter table governance_workloads_anew rename to governance_workloads;

-- The service whose token it was that an act was done with.
alter table governance_audit_acts add column workload text;

-- Whether people of an organisation that has an identity provider sign in by it alone, but for one owner whose password still counts.
create table governance_sign_in_rules (
  organisation_id text primary key references governance_organisations (id) on delete cascade,
  provider_only bigint not null,
  break_glass text references governance_people (id) on delete set null,
  updated_us bigint not null
);
