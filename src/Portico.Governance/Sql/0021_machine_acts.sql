-- What somebody did to the store by a verb on the machine, where no node had the log of audit open: the next node that starts writes it there. entered: 1 = it did.
create table governance_machine_acts (
  id text primary key,
  act text not null,
  who text not null,
  detail text not null,
  at_us bigint not null,
  entered bigint not null default 0
);
