namespace Lakehouse.AppHost.Engines;

/// <summary>Something the person at the console can mend; the message says what to do.</summary>
internal sealed class EngineException(string message) : Exception(message);
