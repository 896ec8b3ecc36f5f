using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Configuration;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Keys;
using Lakehouse.Gateway.Knowledge.Truth;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Knowledge.Profiles;

/// <summary>
/// The profiles that hold, in memory. Of each kind a request has the one that it names, else the one of its task class (an
/// exact one before <c>x.any</c>), else the one called <c>default</c>, else none.
/// </summary>
internal sealed class ProfileBook(ConfigStore config, ProfileStore store) : IDisposable
{
    public const string Default = "default";

    private readonly SemaphoreSlim _one = new(1, 1);
    private volatile FrozenDictionary<(string Kind, string Name), (Profile Profile, object Settings)> _live = FrozenDictionary<(string, string), (Profile, object)>.Empty;

    public IReadOnlyList<Profile> Live => [.. _live.Values.Select(one => one.Profile).OrderBy(profile => profile.Kind, StringComparer.Ordinal).ThenBy(profile => profile.Name, StringComparer.Ordinal)];

    /// <exception cref="KeysUnavailableException">The profiles stay as they are.</exception>
    public async Task ReloadAsync(CancellationToken cancellationToken)
    {
        // one at a time: what was read later is taken later
        await _one.WaitAsync(cancellationToken);
        try
        {
            _live = (await store.LiveAsync(cancellationToken)).ToFrozenDictionary(profile => (profile.Kind, profile.Name), profile => (profile, Typed(profile)));
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    /// <exception cref="ApiError">400: a named profile is not there.</exception>
    public ChosenProfiles Choose(ProfileAsk? ask, string? taskClass)
    {
        var live = _live;
        if (ask is null && live.Count == 0)
        {
            return ChosenProfiles.None;
        }

        CheckNames(ask, live);
        var used = new List<Profile>();
        return new(Of(ProfileKind.Retrieval, new RetrievalProfile()), Of(ProfileKind.Memory, new MemoryProfile()), Of(ProfileKind.Execution, new ExecutionProfile()), Of(ProfileKind.Observer, new ObserverProfile()), used);

        T Of<T>(string kind, T none)
        {
            if (ask?.NameFor(kind) is { } name && live.TryGetValue((kind, name), out var found) || ForTask(live, kind, taskClass, out found) || live.TryGetValue((kind, Default), out found))
            {
                used.Add(found.Profile);
                return (T)found.Settings;
            }

            return none;
        }
    }

    private static bool ForTask(FrozenDictionary<(string Kind, string Name), (Profile Profile, object Settings)> live, string kind, string? taskClass, out (Profile Profile, object Settings) found)
    {
        var best = taskClass is null ? [] : live.Values
            .Where(one => one.Profile.Kind == kind)
            .SelectMany(one => one.Profile.TaskClasses.Select(pattern => (One: one, Pattern: pattern)))
            .Where(one => new TaskPattern(one.Pattern).Matches(taskClass))
            // the longest names the most, and nothing is longer than the task class itself
            .OrderByDescending(one => string.Equals(one.Pattern, taskClass, StringComparison.OrdinalIgnoreCase)).ThenByDescending(one => one.Pattern.Length).Take(1).ToList();
        found = best.Count > 0 ? best[0].One : default;
        return best.Count > 0;
    }

    // a name that nobody knows is a mistake of the caller's, and not a wish for the usual
    private void CheckNames(ProfileAsk? ask, FrozenDictionary<(string Kind, string Name), (Profile Profile, object Settings)> live)
    {
        if (ask?.Name is { } name && !ProfileKind.All.Any(kind => live.ContainsKey((kind, name))) && !IsRouted(name))
        {
            throw Unknown("profile", name, live.Keys.Select(key => key.Name));
        }

        foreach (var (kind, named) in ask?.ByKind ?? new Dictionary<string, string>())
        {
            if (!live.ContainsKey((kind, named)))
            {
                throw Unknown($"profile.{kind}", named, live.Keys.Where(key => key.Kind == kind).Select(key => key.Name));
            }
        }
    }

    private static ApiError Unknown(string field, string name, IEnumerable<string> known)
    {
        List<string> names = [.. known.Distinct().Order(StringComparer.Ordinal)];
        return ApiError.BadInput(field, $"{field} is {JsonValue.Create(name).Shortened()}, which is not stored and which no rule of routing knows; {(names.Count > 0 ? $"stored are {string.Join(", ", names)}" : "none is stored (PUT /v1/profiles/{kind}/{name})")}.");
    }

    private bool IsRouted(string name) => config.Current.Routing.Rules.Any(rule => rule.Match.Profile is { } pattern && ScopePattern.Matches(pattern, name));

    private static object Typed(Profile profile) => profile.Kind switch
    {
        ProfileKind.Retrieval => profile.Settings.Deserialize<RetrievalProfile>(LakehouseJson.Options)!,
        ProfileKind.Memory => profile.Settings.Deserialize<MemoryProfile>(LakehouseJson.Options)!,
        ProfileKind.Execution => profile.Settings.Deserialize<ExecutionProfile>(LakehouseJson.Options)!,
        _ => profile.Settings.Deserialize<ObserverProfile>(LakehouseJson.Options)!,
    };
}
