namespace Lakehouse.SystemTests;

internal static class Linux
{
    /// <summary>These tests look at processes through /proc.</summary>
    public static void Only() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Looks at processes through /proc.");
}
