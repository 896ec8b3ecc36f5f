-- What worked, and what did not. A row is one version; a revision is a new row with the same root.
create table gateway.playbooks (
    playbook_id        text collate "C" primary key,       -- pbk_ and a UUIDv7: sorts by time
    root_id            text collate "C" not null,          -- the first version of the chain
    version            integer not null check (version >= 1),
    superseded_by      text collate "C" check (superseded_by <> playbook_id),
    superseded_at      timestamptz,
    operation          text not null,                      -- fill: Welder x2 in Toledo, OH
    kind               text not null,                      -- what stands before the colon
    role               text,                               -- of a fill
    city               text,
    state              text,
    day                date not null,                      -- UTC, when it was first seeded
    task_class         text,
    approach           text,
    endorsed_names     text[] not null,
    documents          jsonb not null,
    schema_fingerprint text,
    valid_until        timestamptz,
    seeds              bigint not null default 1,          -- how often it was seeded, repetitions too
    created_by         text not null,                      -- consumer
    seeded_at          timestamptz not null,               -- of the first version: what age is counted from
    created_at         timestamptz not null,
    updated_at         timestamptz not null,
    retired_at         timestamptz,
    retired_reason     text,
    flagged_at         timestamptz,                        -- a cited document drifted, and nobody has looked at it yet
    search             tsvector generated always as (to_tsvector('simple', operation || ' ' || coalesce(approach, ''))) stored,
    unique (root_id, version),
    check ((superseded_by is null) = (superseded_at is null)),
    check ((retired_at is null) = (retired_reason is null))
);

-- whatever happens at once: one live row for a key
create unique index playbooks_live on gateway.playbooks (lower(operation), day, lower(coalesce(city, '')), lower(coalesce(state, '')))
    where superseded_by is null and retired_at is null;
-- of all versions: what was live is asked of past moments too
create index playbooks_place on gateway.playbooks (lower(state), lower(city), seeded_at desc);
create index playbooks_task on gateway.playbooks (task_class, seeded_at desc);
create index playbooks_search on gateway.playbooks using gin (search);

-- Every change that was made to a version, in order.
create table gateway.playbook_events (
    event_id    bigint generated always as identity primary key,
    playbook_id text collate "C" not null references gateway.playbooks,
    at          timestamptz not null,
    actor       text not null,
    decision    text not null check (decision in ('ADD', 'UPDATE', 'REVISE', 'RETIRE', 'FLAG', 'RESOLVE')),
    reason      text not null,
    before      jsonb                                       -- what the changed fields were
);
create index playbook_events_playbook on gateway.playbook_events (playbook_id, event_id);

-- What came of using a version: at most one mark of a source (for each name).
create table gateway.playbook_marks (
    playbook_id text collate "C" not null references gateway.playbooks,
    source_id   text not null,
    name        text not null default '',                   -- one endorsed worker; '' = the whole playbook
    kind        text not null,
    success     boolean not null,
    reason      text,
    at          timestamptz not null,
    actor       text not null,
    primary key (playbook_id, source_id, name)
);
