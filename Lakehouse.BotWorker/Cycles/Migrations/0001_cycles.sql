create table bot.cycles (
    cycle_id     text primary key,
    repository   text not null,
    depth        text not null check (depth in ('full', 'propose', 'list')),
    dry_run      boolean not null,
    job_id       text unique,
    trace_id     text not null,
    gap_id       text,
    gap_line     text,
    enqueued_at  timestamptz not null,
    started_at   timestamptz,
    finished_at  timestamptz,
    outcome      text check (outcome in (
        'ok', 'cycle_noop', 'skipped_pause', 'skipped_cost', 'skipped_policy', 'skipped_dirty_tree', 'skipped_no_gap',
        'model_failed', 'proposal_rejected', 'apply_failed', 'tests_failed', 'pr_skipped_by_policy', 'pr_failed')),
    reason       text,
    pr_url       text,
    -- starts since a step was last completed; a cycle that never gets further is given up
    starts       integer not null default 0,
    exported_at  timestamptz,
    -- null: the observer has not got it yet
    observed_at  timestamptz,
    -- json, not jsonb: a model's text may hold \u0000, which jsonb refuses
    record       json not null,
    check ((finished_at is null) or (outcome is not null))
);
create index cycles_by_gap on bot.cycles (repository, gap_id, enqueued_at desc);
create index cycles_by_time on bot.cycles (enqueued_at desc);
create index cycles_unfinished on bot.cycles (repository) where finished_at is null;
create index cycles_undelivered on bot.cycles (finished_at) where finished_at is not null and (observed_at is null or exported_at is null);

create table bot.cycle_steps (
    cycle_id    text not null references bot.cycles,
    name        text not null,
    state       text not null check (state in ('running', 'done', 'ended')),
    started_at  timestamptz not null,
    finished_at timestamptz,
    detail      text,
    primary key (cycle_id, name)
);

create table bot.cycle_log (
    id       bigint generated always as identity primary key,
    cycle_id text not null references bot.cycles,
    at       timestamptz not null,
    line     text not null
);
create index cycle_log_by_cycle on bot.cycle_log (cycle_id, id);

create table bot.pauses (
    repository text primary key,
    paused_at  timestamptz not null
);
