using System.Reflection;

namespace Lakehouse.Testing;

/// <summary>Where this checkout and the programs that were built from it are.</summary>
public static class Built
{
    public static string Checkout { get; } = Path.GetFullPath(Metadata("CheckoutFolder"));

    public static string Configuration { get; } = Metadata("Configuration");

    /// <summary>The assembly of a top-level project, e.g. <c>Lakehouse.Gateway</c>.</summary>
    public static string Assembly(string project) =>
        Path.Combine(Checkout, project, "bin", Configuration, "net10.0", project + ".dll");

    private static string Metadata(string key) =>
        typeof(Built).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
