-- For whom something was kept, where its caller named a person: what is asked, held and erased by person is found by it. Null: nobody was named, or it was kept before this was noted.
alter table gateway_responses add column person_id text;
alter table gateway_conversations add column person_id text;
alter table gateway_files add column person_id text;

create index gateway_responses_by_person on gateway_responses (person_id) where person_id is not null;
create index gateway_conversations_by_person on gateway_conversations (person_id) where person_id is not null;
create index gateway_files_by_person on gateway_files (person_id) where person_id is not null;
create index gateway_responses_by_key on gateway_responses (key_id);
create index gateway_conversations_by_key on gateway_conversations (key_id);
create index gateway_files_by_key on gateway_files (key_id);
