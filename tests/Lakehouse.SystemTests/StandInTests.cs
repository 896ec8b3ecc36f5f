using System.Reflection;
using Lakehouse.Testing;

namespace Lakehouse.SystemTests;

/// <summary>The stand-in for Aspire.Hosting stays a stand-in.</summary>
public sealed class StandInTests
{
    private static readonly Type[] Inherited = [typeof(object), typeof(Attribute), typeof(Exception), typeof(ValueType), typeof(Enum)];

    [Fact]
    public void Public_surface_is_the_committed_one()
    {
        Assert.SkipUnless(Hosting == "local", "This build uses Aspire's packages.");
        using var file = new StreamReader(typeof(StandInTests).Assembly.GetManifestResourceStream("StandInSurface.txt")!);
        var committed = file.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);

        var actual = Surface();

        Assert.True(actual.SequenceEqual(committed, StringComparer.Ordinal),
            $"Members that AppHost.cs needs are added with Aspire's own signature, and to StandInSurface.txt.\nNot committed:\n{string.Join('\n', actual.Except(committed, StringComparer.Ordinal))}\nNo longer there:\n{string.Join('\n', committed.Except(actual, StringComparer.Ordinal))}");
    }

    [Fact]
    public void Whole_of_it_stays_within_600_lines()
    {
        var lines = Directory.EnumerateFiles(Path.Combine(Built.Checkout, "Lakehouse.AppHost", "Local"), "*.cs", SearchOption.AllDirectories).Sum(file => File.ReadLines(file).Count());

        Assert.InRange(lines, 1, 600);
    }

    private static string Hosting => typeof(StandInTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "AspireHosting").Value!;

    private static List<string> Surface() => [.. Assembly.LoadFrom(Built.Assembly("Lakehouse.AppHost")).GetExportedTypes()
        .Where(type => type.Namespace is { } name && name.StartsWith("Aspire.", StringComparison.Ordinal)).SelectMany(Members).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Members(Type type) => type
        .GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
        .Where(member => member is not MethodInfo { IsSpecialName: true, Name: not ("op_Implicit" or "op_Explicit") } && member is not Type)
        // what the compiler writes for a record
        .Where(member => member.Name is not ("Equals" or "GetHashCode" or "ToString" or "Deconstruct" or "<Clone>$" or "PrintMembers" or "EqualityContract"))
        .Select(member => $"{type.FullName}: {member}")
        .Prepend($"{type.FullName}{Bases(type)}");

    private static string Bases(Type type)
    {
        var names = type.GetInterfaces().Where(candidate => candidate.Namespace!.StartsWith("Aspire.", StringComparison.Ordinal)).Select(candidate => candidate.Name)
            .Concat(type.BaseType is { } parent && !Inherited.Contains(parent) ? [parent.Name] : []).Order(StringComparer.Ordinal);
        return string.Concat(names.Select(name => " : " + name));
    }
}
