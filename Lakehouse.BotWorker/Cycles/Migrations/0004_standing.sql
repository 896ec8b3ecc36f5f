-- A fourth depth, and what is asked of many cycles at once: the record, a json that may hold \u0000, is not searched.
alter table bot.cycles drop constraint cycles_depth_check;
alter table bot.cycles
    add constraint cycles_depth_check check (depth in ('full', 'rehearse', 'propose', 'list')),
    add column code          text,
    -- a full cycle that asked a model
    add column attempted     boolean not null default false,
    -- an attempt that failed, which counts against its gap
    add column strike        boolean not null default false,
    add column cost_nano_usd bigint not null default 0;
update bot.cycles set
    code = substring(record::text from '"code":"([a-z_]+)"'),
    attempted = not dry_run and record::text like '%"model_call_sent_at":"%',
    strike = not dry_run and record::text like '%"model_call_sent_at":"%' and finished_at is not null
        and outcome in ('model_failed', 'proposal_rejected', 'apply_failed', 'tests_failed', 'pr_failed'),
    cost_nano_usd = coalesce(substring(record::text from '"cost_nano_usd":([0-9]+)')::bigint, 0);

-- left alone until a person says otherwise
create table bot.parked_gaps (
    repository text not null,
    gap_id     text not null,
    parked_at  timestamptz not null,
    reason     text not null,
    parked_by  text not null,
    primary key (repository, gap_id)
);

-- a person began the count anew: what failed before does not count any more
create table bot.gap_resets (
    repository text not null,
    gap_id     text not null,
    reset_at   timestamptz not null,
    primary key (repository, gap_id)
);

-- failures in a row: since the gap last landed and since a person last began anew
create view bot.gap_strikes as
select c.repository, c.gap_id, count(*)::integer as strikes, max(c.finished_at) as last_at
from bot.cycles c
where c.strike
  and c.finished_at > coalesce((select r.reset_at from bot.gap_resets r where r.repository = c.repository and r.gap_id = c.gap_id), '-infinity')
  and c.finished_at > coalesce((select max(l.finished_at) from bot.cycles l
        where l.repository = c.repository and l.gap_id = c.gap_id and l.outcome = 'ok' and not l.dry_run), '-infinity')
group by c.repository, c.gap_id;
