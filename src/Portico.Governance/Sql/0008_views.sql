-- Views of pages that people and programs keep for themselves: what an address says, under a name. Owner: of a person's account or an admin token.
create table governance_views (
  id text primary key,
  owner text not null,
  page text not null,
  name text not null,
  query text not null,
  version bigint not null,
  created_us bigint not null,
  unique (owner, page, name)
);
