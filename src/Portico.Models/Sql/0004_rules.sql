create table models_rules (
  id text primary key,
  organisation_id text not null,
  kind text not null,
  purpose text not null,
  strict bigint not null,
  max_retention_days bigint,
  regions text,
  version bigint not null,
  created_us bigint not null,
  updated_us bigint not null
);
