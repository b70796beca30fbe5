-- Calls and attempts live in one file a month, made by MonthlyFiles.
select 1;
