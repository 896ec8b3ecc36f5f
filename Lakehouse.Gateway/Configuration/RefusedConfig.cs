namespace Lakehouse.Gateway.Configuration;

/// <summary>A change of the files that was not taken, because it is wrong.</summary>
/// <param name="Message">Every fault, one a line.</param>
internal sealed record RefusedConfig(string Message, DateTimeOffset At);
