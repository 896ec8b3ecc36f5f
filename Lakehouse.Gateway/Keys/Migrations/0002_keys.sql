-- Keys that an operator gave out. The key itself is nowhere: only its SHA-256, and eight characters to tell keys apart.
create table gateway.keys (
    id             text collate "C" primary key,   -- key_ and a UUIDv7: sorts by time
    consumer       text not null,                  -- whose budget is charged
    name           text not null,
    hash           bytea not null unique check (octet_length(hash) = 32),
    hint           text not null check (length(hint) = 8),
    scopes         jsonb not null,
    created_at     timestamptz not null,
    created_by     text not null,
    expires_at     timestamptz,
    revoked_at     timestamptz,
    last_used_at   timestamptz,                    -- written in batches: late by seconds, and a killed gateway loses some
    previous_hash  bytea unique check (octet_length(previous_hash) = 32),
    previous_until timestamptz                     -- until then the key before the last rotation is admitted too
);

-- Limits that an operator set over those of the configuration.
create table gateway.limits (
    consumer   text primary key,
    given      jsonb not null,                     -- only what was given; null = no limit; what is absent stays the configuration's
    updated_at timestamptz not null,
    updated_by text not null
);
