using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Configuration;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Knowledge.Truth;

/// <summary>
/// <c>truth check --task-class CLASS --context FILE|- [--truth FOLDER]</c>: prints what <c>POST /v1/truth/check</c> would answer and
/// starts nothing. Ends with 0 where a request would go on, with 1 where it would be refused, with 2 where it cannot be said.
/// </summary>
internal static class TruthCommand
{
    public const string Name = "truth";
    private const string Usage = "usage: truth check --task-class CLASS --context FILE (or - for standard input) [--truth FOLDER]";
    private static readonly JsonSerializerOptions Indented = new(LakehouseJson.Options) { WriteIndented = true };

    public static int Run(string[] arguments, TextReader input, TextWriter output, TextWriter errors)
    {
        try
        {
            var asked = Options(arguments);
            var context = Context(asked["--context"], input);
            // nothing in it says when it was loaded
            var rules = Folder(asked.GetValueOrDefault("--truth")).Load(DateTimeOffset.UnixEpoch);
            var view = TruthCheckView.Of(rules, asked["--task-class"], context);
            output.WriteLine(JsonSerializer.Serialize(view, Indented));
            return view.Error is null ? 0 : 1;
        }
        catch (Exception problem) when (problem is FormatException or ConfigException or IOException or UnauthorizedAccessException)
        {
            errors.WriteLine(problem.Message);
            return 2;
        }
    }

    private static Dictionary<string, string> Options(string[] arguments)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var at = 1; at < arguments.Length; at += 2)
        {
            if (arguments[at] is not ("--task-class" or "--context" or "--truth") || at + 1 == arguments.Length || !options.TryAdd(arguments[at], arguments[at + 1]))
            {
                throw new FormatException($"'{arguments[at]}' is not an option here, has no value, or is given twice; {Usage}");
            }
        }

        return arguments is ["check", ..] && options.ContainsKey("--task-class") && options.ContainsKey("--context") ? options : throw new FormatException(Usage);
    }

    private static JsonObject Context(string file, TextReader input)
    {
        var text = file == "-" ? input.ReadToEnd() : File.ReadAllText(ShellPath.Of(file));
        return Parse(file, text) as JsonObject
            ?? throw new FormatException($"{file} is no JSON object; accepted is the request's {TruthVerdict.Field}, such as {{ \"contract\": {{ \"city\": \"Toledo\" }} }}.");
    }

    private static JsonNode? Parse(string file, string text)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: new() { AllowDuplicateProperties = false });
        }
        catch (JsonException problem)
        {
            throw new FormatException($"{file} is not JSON (line {problem.LineNumber + 1}): {problem.Message}", problem);
        }
    }

    private static TruthFolder Folder(string? chosen) =>
        chosen is null ? TruthFolder.Of(new ConfigurationManager(), Directory.GetCurrentDirectory()) : new(ShellPath.Of(chosen));
}
