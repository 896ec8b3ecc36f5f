namespace Lakehouse.Benchmarks.Load;

internal enum Mode
{
    Buffered,
    Streamed,
}
