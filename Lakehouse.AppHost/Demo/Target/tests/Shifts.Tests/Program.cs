using System.Reflection;

// Runs every public static method of every class whose name ends in "Tests". No test at all is a failure, too.
var tests = typeof(Program).Assembly.GetTypes()
    .Where(type => type.Name.EndsWith("Tests", StringComparison.Ordinal))
    .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly))
    .OrderBy(test => test.DeclaringType!.Name, StringComparer.Ordinal)
    .ThenBy(test => test.Name, StringComparer.Ordinal);

var (passed, failed) = (0, 0);
foreach (var test in tests)
{
    try
    {
        test.Invoke(null, null);
        passed++;
        Console.WriteLine($"passed  {test.DeclaringType!.Name}.{test.Name}");
    }
    catch (TargetInvocationException failure)
    {
        failed++;
        Console.WriteLine($"FAILED  {test.DeclaringType!.Name}.{test.Name}: {failure.InnerException!.Message}");
    }
}

Console.WriteLine($"{passed} passed, {failed} failed");
return failed == 0 && passed > 0 ? 0 : 1;
