-- Calls and attempts live in one file a month already.
select 1;
