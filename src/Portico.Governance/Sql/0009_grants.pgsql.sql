-- A role that an account or an admin token holds at a place: an organisation, a workspace, a use case, or everywhere (empty). Origin: empty where a person gave it.
create table governance_grants (
  subject text not null,
  role text not null,
  place text not null,
  origin text not null,
  created_us bigint not null,
  primary key (subject, role, place, origin)
);

create index governance_grants_by_place on governance_grants (place);

-- Roles that were made here; permissions are a JSON array of names.
create table governance_roles (
  name text primary key,
  says text not null,
  permissions text not null,
  version bigint not null,
  created_us bigint not null,
  updated_us bigint not null
);

insert into governance_grants (subject, role, place, origin, created_us)
select distinct t.id, r.value, '', '', t.created_us from governance_admin_tokens t cross join jsonb_array_elements_text(t.roles::jsonb) r (value);

insert into governance_grants (subject, role, place, origin, created_us)
select distinct a.person_id, r.value, '', '', a.created_us from governance_accounts a cross join jsonb_array_elements_text(a.roles::jsonb) r (value);

alter table governance_admin_tokens drop column roles;
alter table governance_accounts drop column roles;
