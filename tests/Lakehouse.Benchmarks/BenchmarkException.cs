namespace Lakehouse.Benchmarks;

/// <summary>Says to the person at the console why there is no result.</summary>
internal sealed class BenchmarkException(string message) : Exception(message);
