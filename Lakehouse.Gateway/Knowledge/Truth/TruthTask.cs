using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Knowledge.Truth;

/// <summary>What the rules are asked about on behalf of somebody's task.</summary>
/// <param name="Context">Its facts; null = none were given.</param>
internal sealed record TruthTask(string? TaskClass, JsonObject? Context);
