create table storage_leases (
  name text primary key,
  owner text not null,
  fence bigint not null,
  expires_us bigint not null
);
