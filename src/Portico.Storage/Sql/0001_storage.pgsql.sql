create table storage_leases (
  name text primary key,
  owner text not null,
  fence bigint not null,
  expires_us bigint not null
);

create table storage_changes (
  seq bigint generated always as identity primary key,
  kind text not null,
  id text not null,
  version bigint not null,
  at timestamptz not null default now()
);
