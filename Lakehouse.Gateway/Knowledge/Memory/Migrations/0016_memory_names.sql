-- How many memories of a scope name persons is asked before every text that is masked.
create index memories_names on gateway.memories (scope) where names <> '{}';
