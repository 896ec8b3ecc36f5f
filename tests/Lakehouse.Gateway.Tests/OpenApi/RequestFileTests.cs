using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Lakehouse.Testing;

namespace Lakehouse.Gateway.Tests.OpenApi;

/// <summary>What is served can be tried from the file of requests beside the service, and is named where a reader looks for it.</summary>
public sealed partial class RequestFileTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_operation_can_be_tried_and_no_request_is_for_what_is_not_served()
    {
        var served = (await OperationsAsync()).ToList();
        var requests = Request().Matches(await File.ReadAllTextAsync(Path.Combine(Built.Checkout, "Lakehouse.Gateway", "Lakehouse.Gateway.http"), Cancelled))
            .Select(match => (Method: match.Groups[1].Value, Path: match.Groups[2].Value)).Where(request => request.Path != "/health").ToList();

        var tried = requests.Select(request => (request, Operation: Find(served, request.Method, request.Path))).ToList();

        Assert.Equal([], tried.Where(one => one.Operation is null).Select(one => $"{one.request.Method} {one.request.Path}"));
        Assert.Equal([], served.Except(tried.Select(one => one.Operation!)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_operation_is_named_in_the_documents()
    {
        var files = Directory.GetFiles(Path.Combine(Built.Checkout, "docs"), "*.md").Append(Path.Combine(Built.Checkout, "README.md"));
        var text = string.Concat(await Task.WhenAll(files.Select(file => File.ReadAllTextAsync(file, Cancelled))));

        Assert.Equal([], (await OperationsAsync()).Where(operation => !Names(text, operation)).Order(StringComparer.Ordinal));
    }

    // a path is enough where something is read or called; what changes or deletes is said with its method
    private static bool Names(string text, string operation)
    {
        var (method, path) = (operation.Split(' ')[0], operation.Split(' ')[1]);
        return Regex.IsMatch(text, $@"{(method is "GET" or "POST" ? "" : method + " ")}{Regex.Escape(path)}(?![\w/.{{])", RegexOptions.None, TimeSpan.FromSeconds(5));
    }

    /// <returns>The most literal operation that a path is for, or null.</returns>
    private static string? Find(List<string> served, string method, string path) => served
        .Where(operation => operation.StartsWith($"{method} /", StringComparison.Ordinal) && Fits(operation[(method.Length + 1)..], path))
        .MinBy(operation => operation.Count(letter => letter == '{'));

    // the id of a model has slashes
    private static bool Fits(string template, string path) => Regex.IsMatch(
        path, $"^{Regex.Replace(Regex.Escape(template), @"\\\{[^}]*}", template.StartsWith("/v1/models/", StringComparison.Ordinal) ? ".+" : "[^/]+", RegexOptions.None, TimeSpan.FromSeconds(5))}$", RegexOptions.None, TimeSpan.FromSeconds(5));

    private static async Task<IEnumerable<string>> OperationsAsync() =>
        ApiDocumentTests.Operations(JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Built.Checkout, "docs", "openapi.json"), Cancelled))!).Select(operation => operation.Name);

    [GeneratedRegex(@"^(GET|POST|PUT|PATCH|DELETE) \{\{gateway}}([^\s?]+)", RegexOptions.Multiline, 5000)]
    private static partial Regex Request();
}
