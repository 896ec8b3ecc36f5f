using Lakehouse.Gateway.Keys;

namespace Lakehouse.Gateway.Routing;

/// <summary>What a route depends on.</summary>
/// <param name="InputTokens">Estimated.</param>
/// <param name="IsDryRun">Nobody will be called: a provider without its key may be spoken of.</param>
internal sealed record RouteQuestion(Caller Caller, string? Provider, string Model, string? TaskClass, string? Profile, long InputTokens, int FailedAttempts, bool IsDryRun = false);
