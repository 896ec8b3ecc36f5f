using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Knowledge.Profiles;

/// <summary>The profiles of one request, in the versions that held when it came: a swap in the middle of it changes nothing.</summary>
/// <param name="Used">Those that are stored; a kind without one is as configured.</param>
internal sealed record ChosenProfiles(RetrievalProfile Retrieval, MemoryProfile Memory, ExecutionProfile Execution, ObserverProfile Observer, IReadOnlyList<Profile> Used)
{
    public static readonly ChosenProfiles None = new(new(), new(), new(), new(), []);

    /// <summary>Kind → name@version.</summary>
    public JsonObject ToJson() => new(Used.Select(profile => KeyValuePair.Create(profile.Kind, (JsonNode?)$"{profile.Name}@{profile.Version}")));

    public string Label => string.Join(',', Used.Select(profile => profile.Label));
}
