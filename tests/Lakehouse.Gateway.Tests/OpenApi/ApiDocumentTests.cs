using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Testing;

namespace Lakehouse.Gateway.Tests.OpenApi;

public sealed class ApiDocumentTests(TestPostgres postgres)
{
    private const string Update = "LAKEHOUSE_UPDATE_SNAPSHOTS";
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Document_is_the_committed_one()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var client = gateway.As(null);
        var served = (await client.GetJsonAsync("/openapi/v1.json")).ToJsonString(Indented) + "\n";
        var file = Path.Combine(Built.Checkout, "docs", "openapi.json");
        if (Environment.GetEnvironmentVariable(Update) is "1")
        {
            await File.WriteAllTextAsync(file, served, Cancelled);
        }

        var committed = await File.ReadAllTextAsync(file, Cancelled);
        var (expected, actual) = (committed.Split('\n'), served.Split('\n'));
        var line = Enumerable.Range(0, Math.Max(expected.Length, actual.Length)).FirstOrDefault(index => expected.ElementAtOrDefault(index) != actual.ElementAtOrDefault(index), -1);
        Assert.True(line < 0, $"docs/openapi.json({line + 1}) is '{expected.ElementAtOrDefault(line)}', served is '{actual.ElementAtOrDefault(line)}'. If that is meant, run this test once with {Update}=1 and commit the file.");
    }

    [Fact]
    public async Task Every_operation_has_a_name_a_summary_a_reply_and_an_error_and_nothing_is_described_that_is_not_served()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var client = gateway.As(null);
        var document = await client.GetJsonAsync("/openapi/v1.json");

        var operations = Operations(document).ToList();
        Assert.All(operations, operation =>
        {
            Assert.NotEmpty(operation.Node["operationId"]!.ToString());
            Assert.NotEmpty(operation.Node["summary"]!.ToString());
            Assert.Contains(operation.Node["responses"]!.AsObject(), response => response.Key is "200" or "201" or "202");
            Assert.NotNull(operation.Node["responses"]!["default"]!["$ref"]);
            Assert.Equal(operation.Name.Contains('{', StringComparison.Ordinal), operation.Node["parameters"]?.AsArray().Any(parameter => parameter!["in"]!.ToString() == "path") ?? false);
        });
        Assert.Equal(
            document["tags"]!.AsArray().Select(tag => tag!["name"]!.ToString()).Order(StringComparer.Ordinal),
            operations.SelectMany(operation => operation.Node["tags"]!.AsArray()).Select(tag => tag!.ToString()).Distinct().Order(StringComparer.Ordinal));
        var written = Gateway.OpenApi.WrittenParts.Read().Paths.SelectMany(path => path.Value.Operations!.Keys.Select(method => $"{method.Method} {path.Key}"));
        Assert.Equal(operations.Select(operation => operation.Name).Order(StringComparer.Ordinal), written.Order(StringComparer.Ordinal));
        Assert.Equal("""[{"Bearer":[]},{}]""", document["security"]!.ToJsonString());
        Assert.Equal(("http", "bearer"), (document["components"]!["securitySchemes"]!["Bearer"]!["type"]!.ToString(), document["components"]!["securitySchemes"]!["Bearer"]!["scheme"]!.ToString()));
        Assert.Equal("""[{"url":"/"}]""", document["servers"]!.ToJsonString());
    }

    [Fact]
    public async Task Every_schema_has_an_example_that_fits_it()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var client = gateway.As(null);
        var document = await client.GetJsonAsync("/openapi/v1.json");
        var check = new SchemaCheck(document);

        foreach (var (name, schema) in document["components"]!["schemas"]!.AsObject())
        {
            var example = Assert.Single(schema!["examples"]?.AsArray() ?? [], _ => true);
            Assert.Equal((name, ""), (name, string.Join("; ", check.Faults(schema, example))));
        }
    }

    [Fact]
    public async Task Page_and_document_need_no_key_and_load_nothing_from_elsewhere()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1", settings: new() { ["environment"] = "Production" });
        using var client = gateway.As(null);

        using var document = await client.GetAsync("/openapi/v1.json", Cancelled);
        using var page = await client.GetAsync("/scalar/", Cancelled);
        var html = await page.Content.ReadAsStringAsync(Cancelled);
        var scripts = System.Text.RegularExpressions.Regex.Matches(html, "(?:src|href)=\"([^\"]+)\"", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)).Select(match => match.Groups[1].Value).ToList();

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (document.StatusCode, page.StatusCode));
        Assert.Equal("""[{"Bearer":[]}]""", (await document.JsonAsync())["security"]!.ToJsonString());
        Assert.NotEmpty(scripts);
        Assert.DoesNotContain("https://", html, StringComparison.Ordinal);
        foreach (var script in scripts)
        {
            using var asset = await client.GetAsync(new Uri(new Uri("http://localhost/scalar/"), script), Cancelled);
            Assert.Equal((script, HttpStatusCode.OK), (script, asset.StatusCode));
        }
    }

    internal static IEnumerable<(string Name, JsonNode Node)> Operations(JsonNode document) => document["paths"]!.AsObject()
        .SelectMany(path => path.Value!.AsObject().Select(operation => ($"{operation.Key.ToUpperInvariant()} {path.Key}", operation.Value!)));
}
