using System.Text.Json.Nodes;
using Lakehouse.Gateway.Context;
using Lakehouse.Gateway.Keys;
using Lakehouse.Gateway.Knowledge.Memory;
using Lakehouse.Gateway.Knowledge.Profiles;
using Lakehouse.Gateway.Knowledge.Truth;

namespace Lakehouse.Gateway.Knowledge.Retrieval;

/// <summary>What is looked for in the memory.</summary>
/// <param name="Text">Null = only by facts.</param>
/// <param name="Facts">City, state, role, client, task class: what a memory says otherwise in its attributes is not for it.</param>
/// <param name="HasOperators">The text is a search engine's, with "a phrase", or, and -not; else it is what somebody said.</param>
/// <param name="AsOf">What held then; null = what holds.</param>
internal sealed record RetrievalQuestion(
    string Consumer, MemoryScope Scope, string? Text, IReadOnlyDictionary<string, string> Facts, bool HasOperators, string? Kind, DateTimeOffset? AsOf, int Limit)
{
    /// <summary>Of the kinds that a profile lets through; null = all.</summary>
    public IReadOnlyList<string>? Kinds { get; init; }

    /// <summary>What began to hold before is too old; null = nothing is.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Null = as configured.</summary>
    public double? Floor { get; init; }

    public bool UsesVectors { get; init; } = true;

    /// <summary>Nothing is paid for, and nobody reads what is found.</summary>
    public bool DryRun { get; init; }

    /// <summary>How long a vector may take at most; null = as configured.</summary>
    public TimeSpan? Patience { get; init; }

    /// <summary>What it is asked for, of which truth rules decide what an embedding model sees; null = for itself.</summary>
    public TruthTask? Task { get; init; }

    public static readonly IReadOnlyList<string> FactNames = ["city", "state", "role", "client", "task_class"];

    /// <summary>What may be an answer at all, for SQL; asked once to rank and once more to read.</summary>
    public const string Narrow = $"""
        {MemoryScope.Condition} and {MemoryFilter.InTime} and (@Kind::text is null or kind = @Kind) and (@Kinds::text[] is null or kind = any(@Kinds)) and (@Since::timestamptz is null or valid_from >= @Since) and not (harmful >= 3 and harmful > helpful)
        and not exists (
            select from jsonb_each_text(@facts::jsonb) fact where attributes ? fact.key and not case jsonb_typeof(attributes->fact.key)
                when 'array' then exists (select from jsonb_array_elements_text(attributes->fact.key) one where lower(one) = lower(fact.value))
                else lower(attributes->>fact.key) = lower(fact.value) end)
        """;

    public string FactsJson => new JsonObject(Facts.Select(fact => KeyValuePair.Create(fact.Key, (JsonNode?)fact.Value))).ToJsonString();

    public static RetrievalQuestion Of(ContextQuestion question, int limit, DateTimeOffset now) => new RetrievalQuestion(
        question.Consumer, question.Caller is { } caller ? MemoryScope.Of(caller) : new(question.Consumer, []), question.Query,
        Known(("city", question.City), ("state", question.State), ("role", question.Role), ("client", question.Client), ("task_class", question.TaskClass)), false, null, null, question.Profiles.Retrieval.Limit ?? limit)
    {
        DryRun = question.DryRun,
        // the rest of the time is for what comes after the vector
        Patience = question.Patience / 2,
        Task = question.Truth is { } truth ? new(question.TaskClass, truth.Context) : null,
    }.Under(question.Profiles, now);

    /// <summary>The same as these profiles want it; the limit is the asker's.</summary>
    public RetrievalQuestion Under(ChosenProfiles profiles, DateTimeOffset now) => this with
    {
        Kinds = profiles.Memory.Kinds, Since = now - Days(profiles.Memory.MaxAgeDays), Floor = profiles.Retrieval.Floor, UsesVectors = profiles.Retrieval.Vectors ?? true,
    };

    public static IReadOnlyDictionary<string, string> Known(params (string Name, string? Value)[] facts) => facts.Where(fact => fact.Value is not null).ToDictionary(fact => fact.Name, fact => fact.Value!);

    private static TimeSpan? Days(int? days) => days is { } number ? TimeSpan.FromDays(number) : null;

    /// <summary>The parameters of <see cref="Narrow"/>.</summary>
    public Dapper.DynamicParameters Parameters(object? more = null)
    {
        var all = new Dapper.DynamicParameters(more);
        all.AddDynamicParams(new { Scope.Exact, Scope.Shared, Kind, Kinds = Kinds?.ToArray(), Since, AsOf, State = "live", facts = FactsJson });
        return all;
    }
}
