namespace Lakehouse.Benchmarks;

internal static class TargetNames
{
    public const string Direct = "direct";
    public const string Nginx = "nginx";
    public const string Floor = "floor";
    public const string Portkey = "portkey";
    public const string Lakehouse = "lakehouse";

    public static readonly IReadOnlyList<string> All = [Direct, Nginx, Floor, Portkey, Lakehouse];
}
